import { openApiText } from '../../src/cli/open-api.ts'

/** An operation as the OpenAPI document lists it. */
export interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
  /** Whether it asks for a key at all. */
  readonly keyed: boolean
  /** What a limited key needs; null where any key will do. */
  readonly scope: string | null
  readonly asksIfMatch: boolean
}

interface Documented {
  readonly operationId: string
  readonly security: readonly { readonly bearer?: readonly string[] }[]
  readonly parameters?: readonly { readonly in: string; readonly name: string }[]
}

/** Every operation of the document, in its order. */
export function documentedOperations(): readonly Operation[] {
  const { paths } = JSON.parse(openApiText()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, parameters = [] }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      keyed: security.length > 0,
      scope: security[0]?.bearer?.[0] ?? null,
      asksIfMatch: parameters.some(({ in: place, name }) => place === 'header' && name === 'If-Match'),
    })),
  )
}
