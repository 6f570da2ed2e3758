import type { JsonValue } from '../../../src/domain/json.ts'

interface Change {
  readonly pointer: string
  readonly op: 'add' | 'remove' | 'replace'
  readonly to?: unknown
}

function tokensOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Content after changes as RFC 6902 applies them, by code that knows nothing of the product's pointers. */
export function applied(before: JsonValue, changes: readonly Change[]): JsonValue {
  const root: unknown[] = [structuredClone(before)]
  for (const { pointer, op, to } of changes) {
    const tokens = ['0', ...tokensOf(pointer)]
    const last = tokens.pop() ?? ''
    let parent: unknown = root
    for (const token of tokens) parent = Object.getOwnPropertyDescriptor(parent, token)?.value
    if (Array.isArray(parent)) {
      parent.splice(Number(last), op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [structuredClone(to)]))
    } else if (op === 'remove') {
      Reflect.deleteProperty(Object(parent), last)
    } else {
      const value = structuredClone(to)
      Object.defineProperty(parent, last, { value, configurable: true, enumerable: true, writable: true })
    }
  }
  return root[0] as JsonValue
}
