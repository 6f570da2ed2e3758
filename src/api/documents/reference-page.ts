import { html, raw } from 'hono/html'
import type { OpenApiDocument } from './open-api.ts'

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
code{font-family:ui-monospace,monospace}section{border-top:1px solid #d0d7de;padding:.5rem 0}
h2{margin-bottom:.25rem}h3{font-size:1rem;margin:.5rem 0}dt{font-weight:600}dd{margin:0 0 .25rem 1rem}`

function operationsOf(document: OpenApiDocument) {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item?.[method]
      return operation === undefined ? [] : [{ path, method, operation }]
    }),
  )
}

type Listed = ReturnType<typeof operationsOf>[number]

function section({ path, method, operation }: Listed) {
  const answers = Object.entries(operation.responses ?? {}) as [string, { readonly description: string }][]
  return html`<section id="${operation.operationId}">
    <h3><code>${method.toUpperCase()} ${path}</code> ${operation.summary}</h3>
    <p>${operation.description}</p>
    <dl>${answers.map(([status, { description }]) => html`<dt>${status}</dt><dd>${description}</dd>`)}</dl>
  </section>`
}

/** One page that lists every operation of the document. It loads nothing from anywhere. */
export async function referencePage(document: OpenApiDocument): Promise<string> {
  const byTag = Map.groupBy(operationsOf(document), ({ operation }) => operation.tags?.[0] ?? 'other')
  const parts = [...byTag].map(([tag, listed]) => html`<h2>${tag}</h2>${listed.map(section)}`)
  const page = await html`<!doctype html>
    <html lang="en">
      <head><meta charset="utf-8"><title>Countersign API</title><style>${raw(style)}</style></head>
      <body><h1>Countersign API</h1>
        <p>${document.info.description} Machine-readable: <a href="/openapi.json">openapi.json</a>.</p>
        ${parts}
      </body>
    </html>`
  return page.toString()
}
