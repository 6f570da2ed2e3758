import type { CountersignApp } from '../environment.ts'
import { openApiDocument } from './open-api.ts'
import { referencePage } from './reference-page.ts'

/** Serves the description of all routes that are registered, for programs and for people. */
export function registerDocuments(app: CountersignApp): void {
  app.get('/openapi.json', (c) => c.json(openApiDocument(app)))
  app.get('/docs', (c) => {
    c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    return c.html(referencePage(openApiDocument(app)))
  })
}
