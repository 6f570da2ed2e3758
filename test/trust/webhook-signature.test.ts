import { createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signWebhook, webhookPublicKey } from '../../src/trust/webhook-signature.ts'

// The example that libraries of Standard Webhooks in every language are tested with.
const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
const message = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  sentAtSeconds: 1_614_265_330,
  body: Buffer.from('{"test": 2432232314}'),
}
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

test('a message is signed as the public example says', () => {
  expect(signWebhook([key], message)).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': signature,
  })
})

test('while keys are changed it is signed with each of them, in their order', () => {
  const other = Buffer.alloc(32, 7)
  const [first, second, ...more] = signWebhook([key, other], message)['webhook-signature'].split(' ')
  expect(first).toBe(signature)
  expect(second).toBe(signWebhook([other], message)['webhook-signature'])
  expect(more).toEqual([])
})

test.each([
  ['id', { id: 'msg_another' }],
  ['moment', { sentAtSeconds: 1_614_265_331 }],
  ['body', { body: Buffer.from('{"test": 2432232315}') }],
])('another %s has another signature', (_, other) => {
  expect(signWebhook([key], { ...message, ...other })['webhook-signature']).not.toBe(signature)
})

test('a body is signed by its bytes, whatever they are', () => {
  const bytes = (...body: readonly number[]) =>
    signWebhook([key], { ...message, body: Uint8Array.from(body) })
  expect(bytes(0xff)).not.toEqual(bytes(0xfe))
})

test.each([
  ['no key', [], {}],
  ['an empty key', [new Uint8Array()], {}],
  ['a short key beside a good one', [key, new Uint8Array(16)], {}],
  ['an id that runs into the moment', [key], { id: 'msg.1' }],
  ['an id that ends the header', [key], { id: 'msg\r\nx: y' }],
  ['no id', [key], { id: '' }],
  ['no whole second', [key], { sentAtSeconds: 1.5 }],
  ['a public key', [createPublicKey(generateKeyPairSync('ed25519').privateKey)], {}],
  ['a key of another curve', [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey], {}],
] as const)('nothing is signed with %s', (_, keys, other) => {
  expect(() => signWebhook(keys, { ...message, ...other })).toThrow(RangeError)
})

describe('by Ed25519', () => {
  // The second key of RFC 8032 §7.1.
  const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'
  const publicHalf = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'
  const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex')
  const pair = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  // Of the specification's own example of both schemes in one header: the form is what it shows.
  const form = /^v1,[A-Za-z0-9+/]{43}= v1a,[A-Za-z0-9+/]{86}==$/

  test('the public half is written as receivers read it', () => {
    expect(webhookPublicKey(pair)).toBe(`whpk_${Buffer.from(publicHalf, 'hex').toString('base64')}`)
    expect(() => webhookPublicKey(generateKeyPairSync('x25519').privateKey)).toThrow(RangeError)
  })

  test('what is signed is the id, the moment and the body, parted by full stops', () => {
    const [scheme, signed = ''] = signWebhook([pair], message)['webhook-signature'].split(',')
    expect(scheme).toBe('v1a')
    const content = Buffer.from('msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}')
    expect(verify(null, content, createPublicKey(pair), Buffer.from(signed, 'base64'))).toBe(true)
    expect(verify(null, content.subarray(1), createPublicKey(pair), Buffer.from(signed, 'base64'))).toBe(
      false,
    )
  })

  test('it stands beside another scheme in one header', () => {
    expect(signWebhook([key, pair], message)['webhook-signature']).toMatch(form)
    expect(
      'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    ).toMatch(form)
  })
})
