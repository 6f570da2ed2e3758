import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isVerifyingKey } from '../../../src/domain/policy/steps/verifying-key.ts'

const base64url = (hexadecimal: string) => Buffer.from(hexadecimal, 'hex').toString('base64url')
// RFC 8032 §7.1, test 1.
const known = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'

test('every key that is made is one', () => {
  for (let made = 0; made < 20; made += 1) {
    const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    expect([x, isVerifyingKey(x)]).toEqual([x, true])
  }
  expect(isVerifyingKey(base64url(known))).toBe(true)
})

test.each([
  ['order 1', `01${'00'.repeat(31)}`],
  ['order 1, with a sign', `01${'00'.repeat(30)}80`],
  ['order 2', `ec${'ff'.repeat(30)}7f`],
  ['order 2, with a sign', `ec${'ff'.repeat(31)}`],
  ['order 4', '00'.repeat(32)],
  ['order 4, with a sign', `${'00'.repeat(31)}80`],
  ['order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  ['order 8, with a sign', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85'],
  ['order 8, negative', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ['order 8, negative with a sign', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa'],
])('a point of %s is none: anybody could sign by it', (_, point) => {
  expect(isVerifyingKey(base64url(point))).toBe(false)
})

test.each([
  ['the prime itself', `ed${'ff'.repeat(30)}7f`],
  ['one more than the prime', `ee${'ff'.repeat(30)}7f`],
  ['the highest number', 'ff'.repeat(32)],
  ['no point of the curve', `02${'00'.repeat(31)}`],
])('%s is none', (_, point) => {
  expect(isVerifyingKey(base64url(point))).toBe(false)
})

test.each([
  ['nothing', ''],
  ['a byte too few', base64url(known.slice(2))],
  ['a byte too many', base64url(`${known}00`)],
  ['padded', `${base64url(known)}=`],
  ['in hexadecimal', known],
  ['in the other alphabet', Buffer.from(known, 'hex').toString('base64')],
  ['with a letter of none', `!${base64url(known).slice(1)}`],
  ['with something behind it', `${base64url(known)}\n`],
])('a key is none %s', (_, text) => {
  expect(isVerifyingKey(text)).toBe(false)
})

test('a key is written in one way: the bits that its last letter has to spare are nothing', () => {
  const text = base64url(known)
  const others = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    .map((letter) => `${text.slice(0, 42)}${letter}`)
    .filter((other) => other !== text && Buffer.from(other, 'base64url').toString('hex') === known)
  expect(others).toHaveLength(3)
  expect(others.map(isVerifyingKey)).toEqual([false, false, false])
})

test('no text makes it fail', () => {
  fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => typeof isVerifyingKey(text) === 'boolean'))
})
