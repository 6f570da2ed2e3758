import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  EnvelopeRefused,
  envelopeBytes,
  preAuthenticationEncoding,
  readEnvelope,
  verifyEnvelope,
} from '../../src/trust/dsse.ts'
import { parseStrict } from '../../src/trust/strict-parse.ts'

// The example of the DSSE protocol, version 1.0.2.
const hello = {
  payload: 'aGVsbG8gd29ybGQ=',
  payloadType: 'http://example.com/HelloWorld',
  signatures: [
    { sig: 'A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==' },
  ],
}
const coordinate = (decimal: bigint) =>
  Buffer.from(decimal.toString(16).padStart(64, '0'), 'hex').toString('base64url')

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const { x: key = '' } = publicKey.export({ format: 'jwk' })
const type = 'application/vnd.example+json'
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (of: Uint8Array) => new TextDecoder().decode(of)
const signed = (payload: string, payloadType = type) =>
  new Uint8Array(sign(null, preAuthenticationEncoding(payloadType, bytes(payload)), privateKey))
const envelope = (payload = '{"a":1}') => ({
  payloadType: type,
  payload: bytes(payload),
  signatures: [signed(payload)],
})

describe('the example of the protocol', () => {
  const { payloadType, payload, signatures } = readEnvelope(hello)

  test('is encoded as it says', () => {
    expect(text(preAuthenticationEncoding(payloadType, payload))).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    )
  })

  test('bears the signature that it says, over these very bytes', () => {
    const x = coordinate(46950820868899156662930047687818585632848591499744589407958293238635476079160n)
    const y = coordinate(5640078356564379163099075877009565129882514886557779369047442380624545832820n)
    const theirs = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
    const over = preAuthenticationEncoding(payloadType, payload)
    const [signature = new Uint8Array()] = signatures
    expect(verify('sha256', over, { key: theirs, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
  })

  test('says nothing by a key of another kind', () => {
    expect(verifyEnvelope({ payloadType, payload, signatures }, key)).toBeUndefined()
  })
})

test('lengths are counted in bytes', () => {
  expect(text(preAuthenticationEncoding('é', bytes('ü!')))).toBe('DSSEv1 2 é 3 ü!')
})

test('no two messages are encoded alike', () => {
  const encoded = (message: readonly [string, string]) =>
    text(preAuthenticationEncoding(message[0], bytes(message[1])))
  const part = fc.string({ unit: fc.constantFrom('a', ' ', '1'), maxLength: 6 })
  fc.assert(
    fc.property(fc.tuple(part, part), fc.tuple(part, part), (one, other) => {
      fc.pre(one.join('\n') !== other.join('\n'))
      expect(encoded(one)).not.toBe(encoded(other))
    }),
  )
})

describe('what a key vouches for', () => {
  test('are the type and the bytes that it signed', () => {
    const { payload, payloadType, signatures } = envelope()
    expect(verifyEnvelope({ payload, payloadType, signatures }, key)).toEqual({
      payload,
      payloadType,
      signature: signatures[0],
    })
  })

  test('stays what was verified, whatever becomes of the envelope', () => {
    const given = envelope()
    const verified = verifyEnvelope(given, key)
    given.payload.fill(0x20)
    expect(text(verified?.payload ?? new Uint8Array())).toBe('{"a":1}')
  })

  test('is found beside signatures of others, and is the one that is kept', () => {
    const given = envelope()
    const own = given.signatures[0] ?? new Uint8Array()
    const verified = verifyEnvelope({ ...given, signatures: [new Uint8Array(64), own] }, key)
    expect(verified?.signature).toEqual(own)
    const kept = readEnvelope(parseStrict(envelopeBytes(verified ?? expect.fail())))
    expect(kept).toEqual({ ...given, payload: Buffer.from(given.payload), signatures: [Buffer.from(own)] })
  })

  test('is nothing of what another key signed', () => {
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? ''
    expect(verifyEnvelope(envelope(), other)).toBeUndefined()
  })

  test('is nothing under another type, and nothing with more behind it', () => {
    expect(verifyEnvelope({ ...envelope(), payloadType: `${type} ` }, key)).toBeUndefined()
    expect(verifyEnvelope({ ...envelope(), payload: bytes('{"a":1} ') }, key)).toBeUndefined()
  })

  test('is nothing once any bit is another', () => {
    const given = envelope()
    const flipped = (of: Uint8Array, bit: number) =>
      of.map((byte, place) => (place === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
    const own = given.signatures[0] ?? new Uint8Array()
    for (let bit = 0; bit < given.payload.length * 8; bit += 1) {
      expect(verifyEnvelope({ ...given, payload: flipped(given.payload, bit) }, key)).toBeUndefined()
    }
    for (let bit = 0; bit < own.length * 8; bit += 1) {
      expect(verifyEnvelope({ ...given, signatures: [flipped(own, bit)] }, key)).toBeUndefined()
    }
    const raw = Buffer.from(key, 'base64url')
    for (let bit = 0; bit < 256; bit += 1) {
      const other = Buffer.from(flipped(raw, bit)).toString('base64url')
      expect(verifyEnvelope(given, other)).toBeUndefined()
    }
  })

  test.each([0, 63, 65])('is nothing by a signature of %s bytes', (length) => {
    expect(verifyEnvelope({ ...envelope(), signatures: [new Uint8Array(length)] }, key)).toBeUndefined()
  })
})

describe('an envelope', () => {
  const json = { payloadType: type, payload: '-_8=', signatures: [{ sig: '+/8=', keyid: 'any' }] }

  test('is in either alphabet, padded or not', () => {
    const same = [
      json,
      { ...json, payload: '-_8' },
      { ...json, payload: '+/8=' },
      { ...json, payload: '+/8' },
    ]
    for (const one of same) expect([...readEnvelope(one).payload]).toEqual([0xfb, 0xff])
  })

  test.each<[string, string, object]>([
    ['no type', '/payloadType', { payloadType: undefined }],
    ['an empty type', '/payloadType', { payloadType: '' }],
    ['no payload', '/payload', { payload: undefined }],
    ['a payload that is no text', '/payload', { payload: 1 }],
    ['a payload in no alphabet', '/payload', { payload: 'a!b=' }],
    ['a payload with white space', '/payload', { payload: '+/8=\n' }],
    ['a payload with another spelling', '/payload', { payload: '+/9=' }],
    ['half a byte', '/payload', { payload: 'A' }],
    ['too much padding', '/payload', { payload: '+/8==' }],
    ['no signatures', '/signatures', { signatures: undefined }],
    ['a list without any', '/signatures', { signatures: [] }],
    ['no list of them', '/signatures', { signatures: { sig: '' } }],
    ['too many', '/signatures', { signatures: Array.from({ length: 9 }, () => ({ sig: '+/8=' })) }],
    ['a signature that is none', '/signatures/1/sig', { signatures: [{ sig: '+/8=' }, null] }],
    ['a signature that is no text', '/signatures/0/sig', { signatures: [{ sig: 1 }] }],
  ])('with %s is none', (_, pointer, change) => {
    const reading = () => readEnvelope(JSON.parse(JSON.stringify({ ...json, ...change })))
    expect(reading).toThrow(EnvelopeRefused)
    expect(reading).toThrow(expect.objectContaining({ pointer }))
  })

  test.each([null, [], 'envelope', 7])('is an object, not %j', (document) => {
    expect(() => readEnvelope(document)).toThrow(EnvelopeRefused)
  })
})
