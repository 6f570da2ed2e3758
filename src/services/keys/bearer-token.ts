import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type Digest, digest } from '../../domain/identifiers.ts'
import type { EnvironmentKind } from '../context.ts'

/** What a token opens, as its first part says: an environment of a kind, the organization, or a first sign-in. */
export type TokenKind = EnvironmentKind | 'organization' | 'sign-in'

export interface BearerToken {
  readonly kind: TokenKind
  /** The id of the key or sign-in token, a UUID. */
  readonly id: string
  readonly secret: string
}

const prefixes: Readonly<Record<TokenKind, string>> = Object.freeze({
  development: 'csk_dev_',
  staging: 'csk_stg_',
  production: 'csk_prd_',
  organization: 'csk_org_',
  'sign-in': 'cst_',
})

const kinds = Object.keys(prefixes) as readonly TokenKind[]
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const secretLength = 32
const checksumLength = 6
const pattern = /^(csk_(?:dev|stg|prd|org)_|cst_)([0-9a-f]{32})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/

function randomBase62(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** CRC-32 in base62, most significant digit first: tells a mistyped token from a wrong one without a look-up. */
function checksum(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let place = 0; place < checksumLength; place += 1) {
    digits = `${alphabet[rest % alphabet.length]}${digits}`
    rest = Math.floor(rest / alphabet.length)
  }
  return digits
}

/** A fresh token with 190 bits of secret, and the digest that is stored in its place. */
export function newToken(kind: TokenKind, id: string): { readonly text: string; readonly digest: Digest } {
  const secret = randomBase62(secretLength)
  const body = `${prefixes[kind]}${id.replaceAll('-', '')}_${secret}`
  return { text: `${body}${checksum(body)}`, digest: secretDigest(secret) }
}

/** Reads a token; undefined when it has another form or its checksum does not fit. */
export function parseToken(text: string): BearerToken | undefined {
  const [, prefix, compact, secret, sum] = pattern.exec(text) ?? []
  const kind = kinds.find((one) => prefixes[one] === prefix)
  if (kind === undefined || compact === undefined || secret === undefined) return undefined
  if (checksum(text.slice(0, -checksumLength)) !== sum) return undefined
  return { kind, id: compact.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), secret }
}

export function secretDigest(secret: string): Digest {
  return digest(createHash('sha256').update(secret).digest('hex'))
}
