import { createHash, generateKeyPairSync } from 'node:crypto'

const digits = '0123456789'
const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()
export const alphabets = Object.freeze({
  digits,
  lower,
  upper,
  alphanumeric: digits + lower + upper,
  hex: '0123456789abcdef',
  base32: `${upper}234567`,
  base64: `${digits}${lower}${upper}+/`,
  base64url: `${digits}${lower}${upper}-_`,
})

/** The same letters for the same seed, so that a miss can be looked at again. Nothing of it stands in a file. */
export function made(seed: string, length: number, alphabet: string = alphabets.alphanumeric): string {
  let text = ''
  for (let round = 0; text.length < length; round += 1) {
    const bytes = createHash('sha256').update(`${seed}/${round}`).digest()
    text += [...bytes].map((byte) => alphabet[byte % alphabet.length]).join('')
  }
  return text.slice(0, length)
}

export const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64')
export const dashes = '-'.repeat(5)

/** PEM armour around `body`, 64 letters a line. */
export function armour(label: string, body: string): string {
  const lines = body.match(/.{1,64}/g) ?? []
  return [`${dashes}BEGIN ${label}${dashes}`, ...lines, `${dashes}END ${label}${dashes}`, ''].join('\n')
}

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 })
const ed = generateKeyPairSync('ed25519').privateKey

/** Keys of nobody, fresh in every run. */
export const keys = Object.freeze({
  ecSec1: ec.export({ type: 'sec1', format: 'pem' }).toString(),
  ecPkcs8: ec.export({ type: 'pkcs8', format: 'pem' }).toString(),
  rsaPkcs1: rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  rsaPkcs8: rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  rsaEncrypted: rsa.privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'corpus' })
    .toString(),
  ed25519: ed.export({ type: 'pkcs8', format: 'pem' }).toString(),
  rsaPublic: rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  rsaDer: rsa.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
  jwk: ec.export({ format: 'jwk' }),
  publicJwk: rsa.publicKey.export({ format: 'jwk' }),
  openSsh: armour('OPENSSH PRIVATE KEY', `b3BlbnNzaC1rZXktdjEA${made('openssh', 300, alphabets.base64)}`),
  pgp: [
    `${dashes}BEGIN PGP PRIVATE KEY BLOCK${dashes}`,
    'Version: GnuPG v2',
    '',
    made('pgp', 256, alphabets.base64),
    `${dashes}END PGP PRIVATE KEY BLOCK${dashes}`,
  ].join('\n'),
})

export function jsonWebToken(seed: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: 'https://login.example', sub: seed, exp: 4102444800 }
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${made(seed, 86, alphabets.base64url)}`
}

/** A password as people choose them. */
export function password(seed: string): string {
  const words = ['Harbor', 'winter', 'Tulip', 'rocket', 'Maple', 'falcon', 'Ember', 'quartz']
  const pick = (salt: string) => words[Number.parseInt(made(seed + salt, 2, digits), 10) % words.length]
  return `${pick('a')}${made(seed, 2, digits)}${pick('b')}!`
}

/** A Social Security number within the ranges that are given out. */
export function socialSecurity(seed: string, separator = '-'): string {
  const area = String(100 + (Number.parseInt(made(`${seed}a`, 3, digits), 10) % 500)).padStart(3, '0')
  const group = String(10 + (Number.parseInt(made(`${seed}g`, 2, digits), 10) % 80)).padStart(2, '0')
  return [area, group, `4${made(`${seed}s`, 3, digits)}`].join(separator)
}

/** A Medicare number in its documented shape. */
export function medicare(seed: string, separator = ''): string {
  const letter = (place: number) => made(`${seed}${place}`, 1, 'ACDEFGHJKMNPQRTUVWXY')
  const digit = (place: number) => made(`${seed}${place}`, 1, '123456789')
  const first = `${digit(1)}${letter(2)}${digit(3)}${digit(4)}`
  const second = `${letter(5)}${letter(6)}${digit(7)}`
  return [first, second, `${letter(8)}${letter(9)}${digit(10)}${digit(11)}`].join(separator)
}

export const recordNumber = (seed: string) => `4${made(seed, 7, digits)}`
