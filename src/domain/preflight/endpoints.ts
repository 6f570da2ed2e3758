import { textsOf } from '../asset/json/texts.ts'
import type { JsonValue } from '../json.ts'
import type { PreflightItem } from './preflight.ts'

/** A URL in content that names a host, and where it stands. */
export interface PlacedEndpoint {
  readonly pointer: string
  readonly url: URL
}

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i

/** A text as the URL of a host; null for any other text. */
export function endpointIn(text: string): URL | null {
  if (!scheme.test(text)) return null
  const url = URL.parse(text)
  return url === null || url.hostname === '' ? null : url
}

/** The endpoints that content holds, in document order: whatever is a URL with a host, of any scheme. */
export function endpointsOf(content: JsonValue): readonly PlacedEndpoint[] {
  return textsOf(content, (text) => text.includes('://')).flatMap(({ pointer, text }) => {
    const url = endpointIn(text.trim())
    return url === null ? [] : [{ pointer, url }]
  })
}

/** The endpoints of an item's rendered content. */
export function endpointsIn({
  rendered,
  glance,
}: Pick<PreflightItem, 'rendered' | 'glance'>): readonly PlacedEndpoint[] {
  return glance.mayHoldAddress ? endpointsOf(rendered) : []
}

/** Whether two URLs lead to the same place: the same scheme, host, port and path, whatever their query. */
export function sameEndpoint(one: URL, other: URL): boolean {
  return addressOf(one) === addressOf(other)
}

/** Where a URL leads: its scheme, host, port and path, whatever its query, in one spelling. */
export function addressOf({ protocol, hostname, port, pathname }: URL): string {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  return `${protocol}//${name}:${port}${pathname.replace(/\/+$/, '')}`
}
