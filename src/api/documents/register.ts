import type { CountersignApp } from '../environment.ts'
import { type OpenApiDocument, openApiDocument } from './open-api.ts'
import { referencePage } from './reference-page.ts'

/** Serves the description of all routes that are registered, for programs and for people. */
export function registerDocuments(app: CountersignApp): void {
  let made: OpenApiDocument | undefined
  const document = () => {
    made ??= openApiDocument(app)
    return made
  }
  app.get('/openapi.json', (c) => c.json(document()))
  app.get('/docs', async (c) => {
    c.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
    return c.html(await referencePage(document()))
  })
}
