import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commit, newSalt, verifyCommitment } from '../../src/trust/commitment.ts'

const SALT = Uint8Array.from({ length: 16 }, (_, index) => index)

describe('a commitment', () => {
  test('is the SHA-256 of the salt and the text, in hexadecimal', () => {
    // printf of the bytes 00 to 0f and of "Grüße" into sha256sum.
    expect(commit('Grüße', SALT)).toBe('8e9acbb9325ba28b68c02c75044d205c2e58e4b23547d200d39328a2d515e94c')
  })

  test('is opened by its own text and salt only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, other) => {
        const salt = newSalt()
        const commitment = commit(text, salt)
        expect(verifyCommitment({ commitment, text, salt })).toBe(true)
        expect(verifyCommitment({ commitment, text, salt: newSalt() })).toBe(false)
        expect(verifyCommitment({ commitment, text: other, salt })).toBe(other === text)
        expect(verifyCommitment({ commitment: commitment.toUpperCase(), text, salt })).toBe(false)
      }),
    )
  })

  test('cannot be opened by moving the line between salt and text', () => {
    const commitment = commit('ab', SALT)
    const longer = Uint8Array.of(...SALT, 'a'.charCodeAt(0))
    expect(verifyCommitment({ commitment, text: 'b', salt: longer })).toBe(false)
    expect(() => commit('b', longer)).toThrow(RangeError)
    expect(() => commit('b', SALT.slice(1))).toThrow(RangeError)
  })

  test('is not made for half a character, which would share the commitment of U+FFFD', () => {
    expect(() => commit('\ud800', SALT)).toThrow(RangeError)
    expect(verifyCommitment({ commitment: commit('\ufffd', SALT), text: '\ud800', salt: SALT })).toBe(false)
  })

  test('takes a salt of 16 bytes that is never the same twice', () => {
    const salts = Array.from({ length: 100 }, () => newSalt())
    expect(salts.every((salt) => salt.length === 16)).toBe(true)
    expect(new Set(salts.map((salt) => salt.join())).size).toBe(100)
  })
})
