import type { webcrypto } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { afterAll } from 'vitest'
import { instant } from '../../src/domain/identifiers.ts'
import { openIdentityProvider } from '../../src/identity/identity-provider.ts'
import type { IdentityProviderSettings, SignatureAlgorithm } from '../../src/identity/settings.ts'
import type { Clock, IdentityProvider, IdentityProviderAway } from '../../src/services/ports.ts'

export interface IssuerKey {
  readonly alg: SignatureAlgorithm
  readonly kid: string
  readonly privateKey: webcrypto.CryptoKey
  readonly publicKey: webcrypto.CryptoKey
  readonly jwk: JWK
}

/** What a token is to be, where it is another than an honest one. An undefined claim is left out. */
export interface TokenPlan {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: IssuerKey
}

/** An identity provider of a test file's own, as far as its tokens are concerned. */
export interface TestIssuer {
  readonly url: string
  readonly keys: readonly [IssuerKey, ...IssuerKey[]]
  readonly settings: IdentityProviderSettings
  /** How often its keys were asked for. */
  keysAsked(): number
  /** An access token of this subject; honest where the plan says nothing else. */
  token(subject: string, plan?: TokenPlan): Promise<string>
  /** Has it answer its discovery document or its keys with something else; undefined for honest answers again. */
  answerWith(answers: { readonly discovery?: unknown; readonly keys?: unknown } | undefined): void
  /** Goes away: its port is closed until `comeBack`. */
  goAway(): Promise<void>
  comeBack(): Promise<void>
}

export const audience = 'https://countersign.example'

export const systemClock: Clock = { now: () => instant(Date.now()) }

export async function newIssuerKey(alg: SignatureAlgorithm, kid: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

function defined(claims: Readonly<Record<string, unknown>>): JWTPayload {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}

/** Opens one with these keys; it ends with the test file. */
export async function openIssuer(
  algorithms: readonly [SignatureAlgorithm, ...SignatureAlgorithm[]] = ['RS256'],
  clock: Clock = systemClock,
): Promise<TestIssuer> {
  const made = await Promise.all(algorithms.map((alg) => newIssuerKey(alg, `key of ${alg}`)))
  const [first, ...rest] = made
  if (first === undefined) throw new TypeError('an issuer has at least one key')
  const keys: TestIssuer['keys'] = [first, ...rest]
  let url = ''
  let asked = 0
  let other: Parameters<TestIssuer['answerWith']>[0]
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json')
      if (request.url === '/.well-known/openid-configuration') {
        response.end(JSON.stringify(other?.discovery ?? { issuer: url, jwks_uri: `${url}/keys` }))
      } else if (request.url === '/keys') {
        asked += 1
        response.end(JSON.stringify(other?.keys ?? { keys: keys.map(({ jwk }) => jwk) }))
      } else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return server
  }
  const close = async (server: Server) => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  let server = await listen(0)
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  url = `http://127.0.0.1:${port}`
  afterAll(() => close(server))
  return {
    url,
    keys,
    settings: {
      issuer: url,
      audience,
      tokenType: 'at+jwt',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      keysUrl: undefined,
    },
    keysAsked: () => asked,
    token(subject, { claims = {}, header = {}, key = first } = {}) {
      const now = Math.floor(Date.parse(clock.now()) / 1000)
      const honest = {
        iss: url,
        aud: audience,
        sub: subject,
        iat: now,
        exp: now + 600,
        jti: crypto.randomUUID(),
      }
      return new SignJWT(defined({ ...honest, ...claims }))
        .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
        .sign(key.privateKey)
    },
    answerWith(answers) {
      other = answers
    },
    goAway: () => close(server),
    async comeBack() {
      server = await listen(port)
    },
  }
}

/** The product's own side of it, as a process opens it. */
export function providerOf(
  { settings }: TestIssuer,
  clock: Clock = systemClock,
  onAway: (error: IdentityProviderAway) => void = () => {},
): IdentityProvider {
  return openIdentityProvider(settings, clock, onAway)
}
