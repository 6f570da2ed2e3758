import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import { createOutbound, type OutboundOptions } from '../../src/outbound/create-outbound.ts'
import { certificate } from './certificate.ts'
import { type Host, openHost } from './host.ts'

const here = async () => ['127.0.0.1']

/** Speaks to a host of this machine as to `checks.example`, which the configuration names. */
function speakingTo({ port }: Pick<Host, 'port'>, options: Partial<OutboundOptions> = {}) {
  const named = [{ host: 'checks.example', port, plaintext: true }]
  const outbound = createOutbound({ resolve: here, named, mostBytes: 1024, ...options })
  return (path: string, body?: string, deadlineMilliseconds = 10_000) =>
    outbound({
      url: `http://checks.example:${port}${path}`,
      deadlineMilliseconds,
      headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' },
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    })
}

describe('a host that is named', () => {
  test('is sent what there is to send, and answers', async () => {
    const host = await openHost()
    const outcome = await speakingTo(host)('/checks?of=7', '{"promotion":"7"}')
    expect(outcome).toMatchObject({ kind: 'answered', status: 200, contentType: 'application/json' })
    expect(outcome.kind === 'answered' && Buffer.from(outcome.body).toString()).toBe('{"verdict":"pass"}')
    expect(host.arrived).toMatchObject([
      {
        method: 'POST',
        path: '/checks?of=7',
        headers: { host: `checks.example:${host.port}`, 'webhook-id': 'msg_1', 'content-length': '17' },
        body: '{"promotion":"7"}',
      },
    ])
  })

  test('is asked by GET where there is nothing to send', async () => {
    const host = await openHost()
    await speakingTo(host)('/')
    expect(host.arrived).toMatchObject([{ method: 'GET', body: '' }])
  })

  test.each([204, 400, 410, 500])('answers, also with %i', async (status) => {
    const host = await openHost((_, response) => response.writeHead(status).end())
    expect(await speakingTo(host)('/')).toMatchObject({ kind: 'answered', status, contentType: null })
  })

  test('is named with its port: at another one it is any host', async () => {
    const host = await openHost()
    const outcome = await speakingTo(
      { port: 1 },
      { named: [{ host: 'checks.example', port: host.port, plaintext: true }] },
    )('/')
    expect(outcome).toMatchObject({ kind: 'blocked', rule: 'scheme' })
  })

  test('is not spoken to by http where it is named for https', async () => {
    const host = await openHost()
    const named = [{ host: 'checks.example', port: host.port, plaintext: false }]
    expect(await speakingTo(host, { named })('/')).toMatchObject({ kind: 'blocked', rule: 'scheme' })
    expect(host.connections()).toBe(0)
  })
})

describe('the address that was checked', () => {
  test('is the one that is connected to, whatever the name leads to a moment later', async () => {
    const first = await openHost()
    const second = await openHost(undefined, { address: '127.0.0.2', port: first.port })
    let times = 0
    const resolve = async () => {
      times += 1
      return times === 1 ? ['127.0.0.1'] : ['127.0.0.2']
    }
    await speakingTo(first, { resolve })('/')
    expect([first.arrived.length, second.connections(), times]).toEqual([1, 0, 1])
  })

  test('is looked for anew with each request', async () => {
    const first = await openHost()
    const second = await openHost(undefined, { address: '127.0.0.2', port: first.port })
    const addresses = [['127.0.0.1'], ['127.0.0.2']]
    const speak = speakingTo(first, { resolve: async () => addresses.shift() ?? [] })
    await speak('/')
    await speak('/')
    expect([first.arrived.length, second.arrived.length]).toEqual([1, 1])
  })

  test('may be one of several: the next is tried where nobody answers at the first', async () => {
    const host = await openHost()
    const outcome = await speakingTo(host, { resolve: async () => ['::1', '127.0.0.1'] })('/')
    expect(outcome).toMatchObject({ kind: 'answered' })
  })
})

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('of %i is not followed', async (status) => {
    const inner = await openHost()
    const host = await openHost((_, response) => {
      response.writeHead(status, { Location: `http://127.0.0.1:${inner.port}/` }).end('elsewhere')
    })
    expect(await speakingTo(host)('/', '{}')).toMatchObject({ kind: 'blocked', rule: 'redirect' })
    expect(inner.connections()).toBe(0)
  })
})

describe('an answer', () => {
  const ofBytes =
    (length: number, chunked: boolean): RequestListener =>
    (_, response) => {
      if (!chunked) response.setHeader('Content-Length', length)
      response.write('x'.repeat(length - 1))
      response.end('x')
    }

  test.each([
    ['with its length told', false],
    ['in pieces', true],
  ])('is read up to the limit and no further, %s', async (_, chunked) => {
    const fits = await speakingTo(await openHost(ofBytes(1024, chunked)))('/')
    expect(fits.kind === 'answered' && fits.body.length).toBe(1024)
    const more = await speakingTo(await openHost(ofBytes(1025, chunked)))('/')
    expect(more).toMatchObject({ kind: 'failed', reason: 'too-large' })
  })

  test('that is packed is not unpacked', async () => {
    const host = await openHost((_, response) => response.setHeader('Content-Encoding', 'gzip').end('packed'))
    const outcome = await speakingTo(host)('/')
    expect(outcome.kind === 'answered' && Buffer.from(outcome.body).toString()).toBe('packed')
    expect(host.arrived).toMatchObject([{ headers: { 'accept-encoding': 'identity' } }])
  })

  test.each<[string, RequestListener]>([
    ['never begins', () => undefined],
    ['never ends', (_, response) => response.write('x')],
  ])('that %s is not waited for beyond the deadline', async (_, listener) => {
    const outcome = await speakingTo(await openHost(listener))('/', '{}', 200)
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'deadline' })
  })

  test('that is not waited for any more is not kept open either', async () => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>()
    const host = await openHost((_, response) => response.on('close', close).write('x'))
    await speakingTo(host)('/', '{}', 200)
    await closed
  })

  test('that drips is not waited for beyond the deadline, however often something comes', async () => {
    const host = await openHost((_, response) => {
      const drip = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(drip))
    })
    expect(await speakingTo(host)('/', '{}', 300)).toMatchObject({ kind: 'failed', reason: 'deadline' })
  })

  test('that breaks off is none', async () => {
    const host = await openHost((_, response) => {
      response.writeHead(200, { 'Content-Length': 10 }).write('x')
      response.destroy()
    })
    expect(await speakingTo(host)('/')).toMatchObject({ kind: 'failed', reason: 'unreachable' })
  })
})

test('a name that is looked up for too long is not waited for, and what it leads to is not connected to', async () => {
  const host = await openHost()
  const { promise, resolve: answer } = Promise.withResolvers<readonly string[]>()
  const outcome = await speakingTo(host, { resolve: () => promise })('/', '{}', 100)
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'deadline' })
  answer(['127.0.0.1'])
  // What comes after it is answered, so that it would have been connected to by then.
  expect(await speakingTo(host)('/')).toMatchObject({ kind: 'answered' })
  expect(host.connections()).toBe(1)
})

test('a port at which nobody listens is said to be out of reach', async () => {
  expect(await speakingTo({ port: 1 })('/')).toMatchObject({ kind: 'failed', reason: 'unreachable' })
})

describe('by TLS', () => {
  const secretly = async (name: string, options: Partial<OutboundOptions> = {}) => {
    const host = await openHost(undefined, { secure: true })
    const named = [{ host: name, port: host.port, plaintext: false }]
    const outbound = createOutbound({ resolve: here, named, mostBytes: 1024, ...options })
    const outcome = await outbound({ url: `https://${name}:${host.port}/`, deadlineMilliseconds: 10_000 })
    return { outcome, host }
  }
  const certificateAuthorities = [certificate.cert]

  test('a host answers whose certificate is trusted for its name', async () => {
    const { outcome } = await secretly('checks.example', { certificateAuthorities })
    expect(outcome).toMatchObject({ kind: 'answered', status: 200 })
  })

  test.each([
    ['nobody vouches for', 'checks.example', {}],
    ['is of another name', 'other.example', { certificateAuthorities }],
    ['is of a name and not of its address', '127.0.0.1', { certificateAuthorities }],
  ])('nothing is said to a host whose certificate %s', async (_, name, options) => {
    const { outcome, host } = await secretly(name, options)
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'untrusted' })
    expect(host.arrived).toEqual([])
  })
})
