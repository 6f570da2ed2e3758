import { KeyObject, sign } from 'node:crypto'
import { exportSPKI, SignJWT } from 'jose'
import { audience, newIssuerKey, type TestIssuer } from '../support/issuer.ts'

/** A token that must be refused, and why. */
export interface Forged {
  readonly name: string
  readonly token: string
}

const encoded = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

const seconds = () => Math.floor(Date.now() / 1000)

/** Tokens whose signature does not hold, or is of an algorithm that nobody chose. */
async function unsigned(issuer: TestIssuer, subject: string): Promise<Readonly<Record<string, string>>> {
  const [signing] = issuer.keys
  const { kid, jwk, publicKey } = signing
  const honest = await issuer.token(subject)
  const [header = '', payload = '', signature = ''] = honest.split('.')
  const without = (alg: string, sent = '') => `${encoded({ alg, kid, typ: 'at+jwt' })}.${payload}.${sent}`
  const shared = (secret: string | Uint8Array) =>
    new SignJWT(JSON.parse(Buffer.from(payload, 'base64url').toString()))
      .setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' })
      .sign(typeof secret === 'string' ? new TextEncoder().encode(secret) : secret)
  const pem = await exportSPKI(publicKey)
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return {
    'alg none': without('none'),
    'alg none with a signature': without('none', signature),
    'alg None': without('None'),
    'alg nOnE': without('nOnE'),
    'no alg': `${encoded({ kid, typ: 'at+jwt' })}.${payload}.${signature}`,
    'HS256 with the public key as PEM': await shared(pem),
    'HS256 with the public key as PEM without its line end': await shared(pem.trim()),
    'HS256 with the public key as JWK': await shared(JSON.stringify(jwk)),
    'HS256 with the modulus': await shared(Buffer.from(jwk.n ?? '', 'base64url')),
    'HS256 with the kid': await shared(kid),
    'another algorithm of the same key': without('PS256', signature),
    'an algorithm of another kind': without('ES256', signature),
    'ES256 with r and s of zero': without('ES256', Buffer.alloc(64).toString('base64url')),
    'an empty signature': `${header}.${payload}.`,
    'no signature': `${header}.${payload}`,
    'a signature with a byte changed': `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'claims changed after signing': `${header}.${encoded({ ...claims, exp: claims.exp + 1 })}.${signature}`,
    'a header changed after signing': `${encoded({ alg: 'RS256', kid, typ: 'at+jwt', x: 1 })}.${payload}.${signature}`,
    'a fourth part': `${honest}.${signature}`,
    'a leading dot': `.${honest}`,
    'another text for its first character': `*${honest.slice(1)}`,
    'JSON serialization': JSON.stringify({ protected: header, payload, signature }),
  }
}

/** Tokens signed with keys that are not the issuer's, however they say where theirs are found. */
async function ofOtherKeys(issuer: TestIssuer, attacker: TestIssuer, subject: string) {
  const [{ kid, jwk }] = issuer.keys
  const [own] = attacker.keys
  const posing = { ...own, kid }
  const token = (header: object) => issuer.token(subject, { key: posing, header: { ...header } })
  const known = await newIssuerKey('RS256', '../../../../../../dev/null')
  return {
    'the key of another issuer': await issuer.token(subject, { key: own }),
    'the key of another issuer under the kid of this one': await token({}),
    'its own key in the header': await token({ jwk: own.jwk }),
    'its own key in the header, as the issuer’s': await token({ jwk: { ...jwk, ...own.jwk, kid } }),
    'the address of its keys': await token({ jku: `${attacker.url}/keys` }),
    'the address of its certificate': await token({ x5u: `${attacker.url}/keys` }),
    'a certificate': await token({ x5c: ['MIIB'] }),
    'a kid nobody has': await issuer.token(subject, { key: { ...own, kid: 'unheard of' } }),
    'a kid that is a path': await issuer.token(subject, { key: known }),
    'a kid that is SQL': await issuer.token(subject, { key: { ...own, kid: "' OR 1=1 --" } }),
    'a kid that is a number': await token({ kid: 7 }),
    'a kid that is an address': await token({ kid: `${attacker.url}/keys` }),
    'an algorithm that was not chosen': await issuer.token(subject, {
      key: { ...(await newIssuerKey('RS512', kid)) },
    }),
  }
}

/** Tokens that the issuer's key did sign, and that are not for here or not for now. */
async function ofOtherClaims(issuer: TestIssuer, subject: string) {
  const claims = (changed: Readonly<Record<string, unknown>>) => issuer.token(subject, { claims: changed })
  const header = (changed: Readonly<Record<string, unknown>>) => issuer.token(subject, { header: changed })
  const now = seconds()
  // Written by hand, since no library signs these.
  const critical = async (more: object) => {
    const [{ privateKey, kid }] = issuer.keys
    const [, payload] = (await issuer.token(subject)).split('.')
    const signed = `${encoded({ alg: 'RS256', kid, typ: 'at+jwt', ...more })}.${payload}`
    return `${signed}.${sign('sha256', Buffer.from(signed), KeyObject.from(privateKey)).toString('base64url')}`
  }
  return {
    'another issuer': await claims({ iss: 'https://issuer.example' }),
    'the issuer with a slash': await claims({ iss: `${issuer.url}/` }),
    'the issuer in a list': await claims({ iss: [issuer.url] }),
    'no issuer': await claims({ iss: undefined }),
    'the issuer in other letters': await claims({ iss: issuer.url.replace('http', 'HTTP') }),
    'an audience that begins alike': await claims({ aud: `${audience}.evil.example` }),
    'another audience': await claims({ aud: 'https://another.example' }),
    'a list of other audiences': await claims({ aud: ['https://another.example', 'https://third.example'] }),
    'no audience': await claims({ aud: undefined }),
    'an empty list of audiences': await claims({ aud: [] }),
    'an end a second ago': await claims({ iat: now - 600, exp: now - 1 }),
    'an end hours ago': await claims({ iat: now - 7200, exp: now - 3600 }),
    'no end': await claims({ exp: undefined }),
    'an end that is a text': await claims({ exp: String(now + 600) }),
    'a time of issue to come': await claims({ iat: now + 3600, exp: now + 7200 }),
    'a time of issue a minute ahead': await claims({ iat: now + 60 }),
    'a time of issue long ago': await claims({ iat: now - 7200, exp: now + 86_400 }),
    'no time of issue': await claims({ iat: undefined }),
    'a time of issue that is a text': await claims({ iat: String(now) }),
    'a beginning to come': await claims({ nbf: now + 600 }),
    'a beginning that is a text': await claims({ nbf: String(now - 60) }),
    'no subject': await claims({ sub: undefined }),
    'an empty subject': await claims({ sub: '' }),
    'a subject that is a number': await claims({ sub: 7 }),
    'a subject in a list': await claims({ sub: [subject] }),
    'a subject with a null character': await claims({ sub: `${subject}\u0000` }),
    'a subject that is too long': await claims({ sub: 'a'.repeat(256) }),
    'the type of an ID token': await header({ typ: 'JWT' }),
    'no type': await header({ typ: undefined }),
    'another type': await header({ typ: 'logout+jwt' }),
    'a type that is a list': await header({ typ: ['at+jwt'] }),
    'something critical that nobody knows': await critical({ crit: ['x'], x: true }),
    'something critical that is not there': await critical({ crit: ['x'] }),
    'nothing critical': await critical({ crit: [] }),
    'claims that are not encoded': await critical({ crit: ['b64'], b64: false }),
    'more bytes than a token may have': await claims({ more: 'a'.repeat(9_000) }),
  }
}

/** Every forgery there is here, of tokens that would otherwise be this subject's. */
export async function forgedTokens(
  issuer: TestIssuer,
  attacker: TestIssuer,
  subject: string,
): Promise<readonly Forged[]> {
  const all = {
    ...(await unsigned(issuer, subject)),
    ...(await ofOtherKeys(issuer, attacker, subject)),
    ...(await ofOtherClaims(issuer, subject)),
  }
  return Object.entries(all).map(([name, token]) => ({ name, token }))
}
