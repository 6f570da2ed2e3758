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

/** What is spoken to besides public addresses at port 443. */
export interface Allowed {
  /** Besides 443. */
  readonly ports?: readonly number[]
  readonly named?: readonly NamedHost[]
}

export interface Reach extends Allowed {
  readonly resolve: Resolve
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

interface Address {
  readonly url: URL
  readonly host: string
  /** Whether any address will do, since the configuration names the host. */
  readonly isNamed: boolean
}

function problemOf(url: URL, port: number, named: NamedHost | undefined, ports: readonly number[]) {
  if (url.username !== '' || url.password !== '') return blocked('user-info')
  if (url.protocol !== 'https:' && named?.plaintext !== true) return blocked('scheme')
  return named === undefined && port !== 443 && !ports.includes(port) ? blocked('port') : null
}

function readAddress(address: string, { ports = [], named = [] }: Allowed): Address | Blocked {
  const url = URL.parse(address)
  const standard = url === null ? undefined : standardPort[url.protocol]
  if (url === null) return blocked('url')
  if (standard === undefined) return blocked('scheme')
  const host = hostOf(url)
  const port = url.port === '' ? standard : Number(url.port)
  const exception = named.find((one) => one.host === host && one.port === port)
  const problem = problemOf(url, port, exception, ports)
  if (problem !== null) return problem
  const isNamed = exception !== undefined
  return isNamed || isIP(host) === 0 || isPublicAddress(host) ? { url, host, isNamed } : blocked('address')
}

/** Why an address could never be spoken to, whatever its host's name leads to; null where nothing speaks against it. */
export function refusalOfAddress(address: string, allowed: Allowed): Blocked | null {
  const read = readAddress(address, allowed)
  return 'kind' in read ? read : null
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
  { resolve, ...allowed }: Reach,
): Promise<Target | Blocked | Failed> {
  const read = readAddress(address, allowed)
  if ('kind' in read) return read
  const { url, host, isNamed } = read
  const addresses = await addressesOf(host, resolve)
  if (addresses.length === 0) return failed('unresolved')
  const reachable = isNamed ? (one: string) => isIP(one) !== 0 : isPublicAddress
  return addresses.every(reachable) ? { kind: 'target', url, addresses } : blocked('address')
}
