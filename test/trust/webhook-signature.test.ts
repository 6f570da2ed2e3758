import { expect, test } from 'vitest'
import { signWebhook } from '../../src/trust/webhook-signature.ts'

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
] as const)('nothing is signed with %s', (_, keys, other) => {
  expect(() => signWebhook(keys, { ...message, ...other })).toThrow(RangeError)
})
