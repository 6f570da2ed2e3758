import type { CountersignApp } from '../environment.ts'
import { shownPath } from '../route.ts'

export type OpenApiDocument = ReturnType<CountersignApp['getOpenAPI31Document']>

/** The OpenAPI 3.1 document of every route that is registered. */
export function openApiDocument(app: CountersignApp): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: '1',
      description:
        'Carries configuration assets from staging to production through preflight, review and approval, and proves ' +
        'it afterwards. Errors are problem details (RFC 9457).',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
  })
  const bearer = {
    type: 'http' as const,
    scheme: 'bearer',
    description:
      'An API key, `csk_…`, which opens one environment, or the organization; or an access token of the identity ' +
      'provider, whose request names its door by the header `Countersign-Environment` or `Countersign-Organization`.',
  }
  const shown = Object.entries(document.paths ?? {}).map(([path, item]) => [shownPath(path), item])
  const paths = Object.fromEntries(shown)
  return { ...document, paths, components: { ...document.components, securitySchemes: { bearer } } }
}
