import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import { type Clock, IdentityProviderAway } from '../services/ports.ts'
import { type IdentityProviderSettings, isTrustedAddress } from './settings.ts'

const answerMilliseconds = 5_000
const pauseMilliseconds = 2_000
const largestAnswer = 1_048_576

/** Fetches a document from the identity provider, and after a failure not again at once. */
type FetchDocument = (url: string, signal?: AbortSignal) => Promise<Response>

async function readAnswer(url: string, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(url, { redirect: 'manual', signal, headers: { Accept: 'application/json' } })
  if (answer.status !== 200) throw new IdentityProviderAway('the identity provider answered otherwise')
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.length
    if (size > largestAnswer) throw new IdentityProviderAway('the identity provider answered too much')
    parts.push(part)
  }
  return new Response(Buffer.concat(parts))
}

function fetchingFrom(clock: Clock): FetchDocument {
  let pausedUntil = 0
  return async (url, signal = AbortSignal.timeout(answerMilliseconds)) => {
    if (Date.parse(clock.now()) < pausedUntil) {
      throw new IdentityProviderAway('the identity provider did not answer a moment ago')
    }
    try {
      return await readAnswer(url, signal)
    } catch (error) {
      pausedUntil = Date.parse(clock.now()) + pauseMilliseconds
      if (error instanceof IdentityProviderAway) throw error
      throw new IdentityProviderAway('the identity provider did not answer', { cause: error })
    }
  }
}

async function discover(issuer: string, fetchDocument: FetchDocument): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const answer = await fetchDocument(url)
  const document: unknown = await answer.json().catch(() => undefined)
  if (typeof document !== 'object' || document === null) {
    throw new IdentityProviderAway('the discovery document is no JSON object')
  }
  const { issuer: told, jwks_uri: keys } = document as {
    readonly issuer?: unknown
    readonly jwks_uri?: unknown
  }
  if (told !== issuer) throw new IdentityProviderAway('the discovery document names another issuer')
  if (typeof keys !== 'string' || !isTrustedAddress(keys)) {
    throw new IdentityProviderAway('the discovery document names no address of keys that can be trusted')
  }
  return keys
}

// What the set says of the token, as opposed to what it says of itself.
function isAboutTheSet(error: unknown): boolean {
  if (error instanceof errors.JWKSInvalid || error instanceof errors.JWKSTimeout) return true
  return error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC'
}

/**
 * The issuer's keys as a key set that is fetched when it is first needed, kept for ten minutes, and fetched anew for a
 * key that it does not have, at most twice a minute. It throws `IdentityProviderAway` when it cannot be had.
 */
export function issuerKeys({ issuer, keysUrl }: IdentityProviderSettings, clock: Clock): JWTVerifyGetKey {
  const fetchDocument = fetchingFrom(clock)
  let found: Promise<JWTVerifyGetKey> | undefined
  const open = async (): Promise<JWTVerifyGetKey> => {
    const url = new URL(keysUrl ?? (await discover(issuer, fetchDocument)))
    return createRemoteJWKSet(url, {
      timeoutDuration: answerMilliseconds,
      [customFetch]: (address, { signal }) => fetchDocument(address, signal),
    })
  }
  return async (header, token) => {
    found ??= open()
    const opening = found
    const keys = await opening.catch((error) => {
      if (found === opening) found = undefined
      throw error
    })
    try {
      return await keys(header, token)
    } catch (error) {
      if (!isAboutTheSet(error)) throw error
      throw new IdentityProviderAway('the keys of the identity provider cannot be used', { cause: error })
    }
  }
}
