import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { identifier } from '../../../src/domain/identifiers.ts'
import { privateKeyOf, publicKeyOf, sealingKeys } from '../../../src/services/secrets/keys/sealing-key.ts'
import { openSecret, SecretUnopenable } from '../../../src/services/secrets/open-secret.ts'
import { type SecretPlace, sealSecret } from '../../../src/services/secrets/seal-secret.ts'

const keys = sealingKeys([randomBytes(32), randomBytes(32)])
const [newest, older] = keys as readonly [(typeof keys)[0], (typeof keys)[0]]

const place = (): SecretPlace => ({
  organization: identifier(uuidv7()),
  environment: identifier(uuidv7()),
  asset: identifier(uuidv7()),
  pointer: '/clientSecret',
})

function published(key: typeof newest, { environment }: SecretPlace) {
  return { kid: key.kid, publicKey: JSON.parse(publicKeyOf(key, environment)) }
}

describe('a sealed secret', () => {
  test('opens in its place with the key it was sealed with, whatever characters it has', async () => {
    for (const value of ['x', 'ß 漢字 \u{1f512}', 'line\nline', 'y'.repeat(65_536)]) {
      const here = place()
      for (const key of keys) {
        const sealed = await sealSecret(published(key, here), here, value)
        expect(await openSecret(keys, here, sealed)).toBe(value)
      }
    }
  })

  test('holds nothing of its value, and is another one every time', async () => {
    const here = place()
    const one = await sealSecret(published(newest, here), here, 'tell nobody')
    const two = await sealSecret(published(newest, here), here, 'tell nobody')
    expect(one.sealed).not.toBe(two.sealed)
    const decoded = one.sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    expect([one.sealed, ...decoded].join(' ')).not.toContain('tell nobody')
  })

  test('opens nowhere else', async () => {
    const here = place()
    const sealed = await sealSecret(published(newest, here), here, 'mine')
    const there = place()
    for (const moved of [
      { ...here, organization: there.organization },
      { ...here, environment: there.environment },
      { ...here, asset: there.asset },
    ]) {
      await expect(openSecret(keys, moved, sealed)).rejects.toThrow(SecretUnopenable)
    }
    await expect(openSecret(keys, here, { ...sealed, pointer: '/other' })).rejects.toThrow(SecretUnopenable)
    await expect(openSecret(keys, here, { ...sealed, kid: older.kid })).rejects.toThrow(SecretUnopenable)
  })

  test('does not open once a part of it was altered', async () => {
    const here = place()
    const sealed = await sealSecret(published(newest, here), here, 'mine')
    const parts = sealed.sealed.split('.')
    for (const at of parts.keys()) {
      const altered = parts.with(
        at,
        (parts[at] ?? '').replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      )
      await expect(openSecret(keys, here, { ...sealed, sealed: altered.join('.') })).rejects.toThrow(
        SecretUnopenable,
      )
    }
  })

  test('does not open without its key, and the message tells nothing', async () => {
    const here = place()
    const sealed = await sealSecret(published(older, here), here, 'mine')
    const failing = openSecret([newest], here, sealed)
    await expect(failing).rejects.toThrow('this worker does not hold the key')
    await expect(failing).rejects.not.toThrow(/mine/)
  })
})

describe('a sealing key', () => {
  test('follows from its master key, is another one for every environment, and is named by what tells nothing', () => {
    const [environment, another] = [place().environment, place().environment]
    const [again] = sealingKeys([newest.master])
    expect(again).toEqual(newest)
    expect(publicKeyOf(newest, environment)).toBe(publicKeyOf(newest, environment))
    expect(publicKeyOf(newest, environment)).not.toBe(publicKeyOf(newest, another))
    expect(publicKeyOf(newest, environment)).not.toBe(publicKeyOf(older, environment))
    expect(newest.kid).toMatch(/^[0-9a-f]{32}$/)
    expect(newest.kid).not.toBe(older.kid)
    expect(Buffer.from(newest.master).toString('hex')).not.toContain(newest.kid)
  })

  test('shows no private half in what is published', () => {
    const { environment } = place()
    const { d } = privateKeyOf(newest, environment).export({ format: 'jwk' })
    expect(Object.keys(JSON.parse(publicKeyOf(newest, environment)))).toEqual(['crv', 'kty', 'x'])
    expect(publicKeyOf(newest, environment)).not.toContain(d)
  })
})
