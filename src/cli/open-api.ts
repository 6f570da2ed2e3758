import { writeFile } from 'node:fs/promises'
import { OpenAPIHono } from '@hono/zod-openapi'
import { openApiDocument } from '../api/documents/open-api.ts'
import type { ApiEnvironment } from '../api/environment.ts'
import { routes } from '../api/routes/all.ts'

/** The OpenAPI document as text: of the routes alone, so that it needs no server and is always the same. */
export function openApiText(): string {
  const app = new OpenAPIHono<ApiEnvironment>()
  for (const register of routes) register(app)
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`
}

/** Writes the OpenAPI document to a file, or to standard output. */
export async function writeOpenApi(file: string | undefined): Promise<void> {
  if (file === undefined) process.stdout.write(openApiText())
  else await writeFile(file, openApiText())
}
