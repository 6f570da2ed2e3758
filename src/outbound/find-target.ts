import { isIP } from 'node:net'
import { type Blocked, blocked, type Failed, failed } from './outcome.ts'
import { isPublicAddress } from './public-address.ts'

/** All addresses that a name has now. Rejects, or gives none, for a name that is not known. */
export type Resolve = (name: string) => Promise<readonly string[]>

/** A host that the configuration names: it may be at an address that is not public, and at a port of its own. */
export interface NamedHost {
  /** In lower case and ASCII; an IPv6 address without brackets. */
  readonly host: string
  readonly port: number
  /** Whether http will do, as in development. */
  readonly plaintext: boolean
}

export interface Reach {
  readonly resolve: Resolve
  /** Besides 443. */
  readonly ports?: readonly number[]
  readonly named?: readonly NamedHost[]
}

/** Where a request goes: a URL, and the addresses that its host was found at and that it is connected to. */
export interface Target {
  readonly kind: 'target'
  readonly url: URL
  readonly addresses: readonly string[]
}

const standardPort: Readonly<Partial<Record<string, number>>> = { 'https:': 443, 'http:': 80 }

// A URL has its IPv6 address in brackets, its IPv4 address in the one usual form, and its name in ASCII.
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

function problemOf(
  url: URL,
  named: NamedHost | undefined,
  port: number,
  ports: readonly number[],
): Blocked | null {
  if (url.username !== '' || url.password !== '') return blocked('user-info')
  if (url.protocol !== 'https:' && named?.plaintext !== true) return blocked('scheme')
  return named === undefined && port !== 443 && !ports.includes(port) ? blocked('port') : null
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  try {
    return await resolve(host)
  } catch {
    return []
  }
}

/**
 * Says where a request to an address may go. A name is resolved here and nowhere else, once; one that also leads to an
 * address that is not public leads nowhere, since nobody has a reason for that.
 */
export async function findTarget(
  address: string,
  { resolve, ports = [], named = [] }: Reach,
): Promise<Target | Blocked | Failed> {
  const url = URL.parse(address)
  const standard = url === null ? undefined : standardPort[url.protocol]
  if (url === null) return blocked('url')
  if (standard === undefined) return blocked('scheme')
  const host = hostOf(url)
  const port = url.port === '' ? standard : Number(url.port)
  const exception = named.find((one) => one.host === host && one.port === port)
  const problem = problemOf(url, exception, port, ports)
  if (problem !== null) return problem
  const addresses = await addressesOf(host, resolve)
  if (addresses.length === 0) return failed('unresolved')
  const reachable = exception === undefined ? isPublicAddress : (one: string) => isIP(one) !== 0
  return addresses.every(reachable) ? { kind: 'target', url, addresses } : blocked('address')
}
