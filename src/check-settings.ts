import { ConfigurationRefused } from './configuration-refused.ts'
import type { NamedHost } from './outbound/find-target.ts'

/** How services outside are asked about plans. */
export interface CheckSettings {
  /** What the keys follow from that questions are signed with; undefined where the embedded one is used, or none. */
  readonly key: Uint8Array | undefined
  /** Hosts that may be spoken to besides those at public addresses and port 443. */
  readonly hosts: readonly NamedHost[]
}

function checksKey(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined
  const key = Buffer.from(text, 'base64')
  if (key.length >= 32) return key
  throw new ConfigurationRefused('COUNTERSIGN_CHECKS_KEY must be at least 32 random bytes in Base64.')
}

function namedHost(text: string): NamedHost {
  const url = URL.parse(text)
  const plaintext = url?.protocol === 'http:'
  if (url === null || !(plaintext || url.protocol === 'https:') || url.href !== `${url.origin}/`) {
    throw new ConfigurationRefused(
      'COUNTERSIGN_CHECKS_HOSTS must be hosts like https://checks.internal:8443, or http://… in development, without ' +
        'anything behind, separated by commas.',
    )
  }
  const port = url.port === '' ? (plaintext ? 80 : 443) : Number(url.port)
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, plaintext }
}

/**
 * Reads what is said about checks.
 *
 * @throws ConfigurationRefused naming a variable that cannot be used.
 */
export function readCheckSettings(given: (name: string) => string | undefined): CheckSettings {
  const hosts = (given('COUNTERSIGN_CHECKS_HOSTS') ?? '').split(',').flatMap((text) => text.trim() || [])
  return { key: checksKey(given('COUNTERSIGN_CHECKS_KEY')), hosts: hosts.map(namedHost) }
}
