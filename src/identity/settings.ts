/** Signatures that a token may have: all of them asymmetric, so that whoever checks one could not have made it. */
const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

export type SignatureAlgorithm = (typeof asymmetric)[number]

/** The identity provider whose access tokens are accepted, and what they have to be. */
export interface IdentityProviderSettings {
  readonly issuer: string
  readonly audience: string
  readonly tokenType: string
  readonly algorithms: readonly SignatureAlgorithm[]
  /** Where its keys are; undefined to have it told by its discovery document. */
  readonly keysUrl: string | undefined
}

export type ReadSettings =
  | { readonly kind: 'none' }
  | { readonly kind: 'settings'; readonly settings: IdentityProviderSettings }
  | { readonly kind: 'refused'; readonly message: string }

const loopback = ['127.0.0.1', '[::1]', 'localhost']

/** Whether nobody on the way could give another answer than this address's: https, or http on this very machine. */
export function isTrustedAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password, hash } = new URL(text)
  if (username !== '' || password !== '' || hash !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && loopback.includes(hostname))
}

function refused(message: string): ReadSettings {
  return { kind: 'refused', message }
}

function algorithmsOf(text: string): readonly SignatureAlgorithm[] | undefined {
  const named = text.split(',').flatMap((name) => name.trim() || [])
  const known = asymmetric.filter((algorithm) => named.includes(algorithm))
  return known.length > 0 && named.every((name) => known.some((algorithm) => algorithm === name))
    ? known
    : undefined
}

/**
 * Reads the settings that begin with `OIDC_`. None where none is given; refused, with the name of the variable and what
 * would do, where one cannot be used or issuer and audience do not come together.
 */
export function readIdentityProviderSettings(given: (name: string) => string | undefined): ReadSettings {
  const names = ['OIDC_ISSUER', 'OIDC_AUDIENCE', 'OIDC_TOKEN_TYPE', 'OIDC_ALGORITHMS', 'OIDC_JWKS_URL']
  if (names.every((name) => given(name) === undefined)) return { kind: 'none' }
  const issuer = given('OIDC_ISSUER')
  const audience = given('OIDC_AUDIENCE')
  if (issuer === undefined || !isTrustedAddress(issuer) || new URL(issuer).search !== '') {
    return refused(
      'OIDC_ISSUER must be the https address that the tokens name as their issuer, without a query; http only on this machine.',
    )
  }
  if (audience === undefined) {
    return refused('OIDC_AUDIENCE must be given with OIDC_ISSUER: the audience that the tokens name.')
  }
  const tokenType = given('OIDC_TOKEN_TYPE') ?? 'at+jwt'
  if (!/^[A-Za-z0-9][A-Za-z0-9.+/-]*$/.test(tokenType)) {
    return refused('OIDC_TOKEN_TYPE must be the type in the header of the tokens, like at+jwt.')
  }
  const algorithms = algorithmsOf(given('OIDC_ALGORITHMS') ?? 'RS256,PS256,ES256,EdDSA')
  if (algorithms === undefined) {
    return refused(`OIDC_ALGORITHMS must be some of ${asymmetric.join(', ')}, separated by commas.`)
  }
  const keysUrl = given('OIDC_JWKS_URL')
  if (keysUrl !== undefined && !isTrustedAddress(keysUrl)) {
    return refused('OIDC_JWKS_URL must be an https address; http only on this machine.')
  }
  return { kind: 'settings', settings: { issuer, audience, tokenType, algorithms, keysUrl } }
}
