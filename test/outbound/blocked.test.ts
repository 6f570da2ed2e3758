import { lookup } from 'node:dns/promises'
import { describe, expect, test } from 'vitest'
import { createOutbound } from '../../src/outbound/create-outbound.ts'
import { openHost } from './host.ts'

/** A name that leads to a public address, so that only the rule under test can refuse. */
const elsewhere = { 'public.example': ['1.1.1.1'], 'both.example': ['1.1.1.1', '127.0.0.1'] }

function resolving(names: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = []
  const resolve = async (name: string) => {
    asked.push(name)
    return names[name] ?? ['127.0.0.1']
  }
  return { asked, resolve }
}

async function attempt(url: string, port: number) {
  const { asked, resolve } = resolving(elsewhere)
  const named = [{ host: 'localhost', port: 1, plaintext: true }]
  const outbound = createOutbound({ resolve, named, ports: [port], mostBytes: 1024 })
  const outcome = await outbound({ url, deadlineMilliseconds: 5000, body: Buffer.from('{}') })
  return { outcome, asked }
}

describe('a host of this machine is never connected to', () => {
  test.each([
    ['a name that leads to it', 'https://checks.example:PORT/'],
    ['a name that leads to it among others', 'https://both.example:PORT/'],
    ['its usual name', 'https://localhost:PORT/'],
    ['its usual name in full width', 'https://ｌｏｃａｌｈｏｓｔ:PORT/'],
    ['its address', 'https://127.0.0.1:PORT/'],
    ['its address with a full stop', 'https://127.0.0.1.:PORT/'],
    ['another of its addresses', 'https://127.8.8.8:PORT/'],
    ['one number', 'https://2130706433:PORT/'],
    ['one hexadecimal number', 'https://0x7f000001:PORT/'],
    ['octal numbers', 'https://0177.0.0.01:PORT/'],
    ['a short form', 'https://127.1:PORT/'],
    ['a mixed short form', 'https://0x7f.1:PORT/'],
    ['digits in full width', 'https://１２７.０.０.１:PORT/'],
    ['digits in circles', 'https://①②⑦.⓪.⓪.①:PORT/'],
    ['an ideographic full stop', 'https://127。0。0。1:PORT/'],
    ['percent-encoding', 'https://%31%32%37.0.0.1:PORT/'],
    ['the unspecified address', 'https://0.0.0.0:PORT/'],
    ['zero', 'https://0:PORT/'],
    ['IPv6', 'https://[::1]:PORT/'],
    ['the unspecified address in IPv6', 'https://[::]:PORT/'],
    ['an IPv4-mapped address', 'https://[::ffff:127.0.0.1]:PORT/'],
    ['an IPv4-mapped address in hexadecimal', 'https://[::ffff:7f00:1]:PORT/'],
    ['an IPv4-compatible address', 'https://[::127.0.0.1]:PORT/'],
    ['NAT64', 'https://[64:ff9b::7f00:1]:PORT/'],
    ['6to4', 'https://[2002:7f00:1::]:PORT/'],
    ['a Teredo address', 'https://[2001:0:7f00:1::]:PORT/'],
    ['the address of metadata', 'https://169.254.169.254:PORT/latest/meta-data/'],
    ['the address of metadata as a number', 'https://2852039166:PORT/latest/meta-data/'],
  ])('by %s', async (_, url) => {
    const host = await openHost()
    const { outcome } = await attempt(url.replace('PORT', String(host.port)), host.port)
    expect(outcome).toMatchObject({ kind: 'blocked', rule: 'address' })
    expect(host.connections()).toBe(0)
  })
})

describe('nothing is sent, and no name looked up, for', () => {
  test.each([
    ['a user name', 'https://somebody@public.example/', 'user-info'],
    ['a password', 'https://:hunter2@public.example/', 'user-info'],
    ['a name before the real host', 'https://public.example@127.0.0.1/', 'user-info'],
    ['http', 'http://public.example/', 'scheme'],
    ['http at the port of https', 'http://public.example:443/', 'scheme'],
    ['another scheme', 'ftp://public.example/', 'scheme'],
    ['a file', 'file:///etc/passwd', 'scheme'],
    ['content in the address', 'data:text/plain,hello', 'scheme'],
    ['an odd port', 'https://public.example:22/', 'port'],
    ['the port of http', 'https://public.example:80/', 'port'],
    ['no port at all', 'https://public.example:0/', 'port'],
    ['a port of another host', 'https://public.example:1/', 'port'],
    ['a name that looks like one that is named', 'http://lоcalhost:1/', 'scheme'],
    ['an address that is none', 'checks', 'url'],
    ['an address in IPv4 that is none', 'https://256.256.256.256/', 'url'],
    ['a host that is not there', 'https:///', 'url'],
    ['nothing', '', 'url'],
  ] as const)('%s', async (_, url, rule) => {
    const { outcome, asked } = await attempt(url, 8443)
    expect(outcome).toMatchObject({ kind: 'blocked', rule })
    expect(asked).toEqual([])
  })
})

test('what is said of a refusal repeats nothing of the address', async () => {
  for (const url of [
    'https://u:hunter2@public.example/',
    'https://127.0.0.1/hunter2',
    'http://x.example/?t=hunter2',
  ]) {
    expect(JSON.stringify((await attempt(url, 8443)).outcome)).not.toMatch(/hunter2|127|x\.example/)
  }
})

test('a name in another script is looked up in ASCII', async () => {
  const { asked } = await attempt('https://bücher.example/', 8443)
  expect(asked).toEqual(['xn--bcher-kva.example'])
})

test.each([
  ['has no address', async () => []],
  ['is not known', () => Promise.reject(new Error('ENOTFOUND'))],
])('a name that %s may be tried again', async (_, resolve) => {
  const outbound = createOutbound({ resolve, mostBytes: 1024 })
  const outcome = await outbound({ url: 'https://public.example/', deadlineMilliseconds: 5000 })
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'unresolved' })
})

test('this machine is not reached by what its own resolver says of its name', async () => {
  const host = await openHost()
  const resolve = async (name: string) => (await lookup(name, { all: true })).map(({ address }) => address)
  const outbound = createOutbound({ resolve, ports: [host.port], mostBytes: 1024 })
  const outcome = await outbound({ url: `https://localhost:${host.port}/`, deadlineMilliseconds: 5000 })
  expect(outcome).toMatchObject({ kind: 'blocked', rule: 'address' })
  expect(host.connections()).toBe(0)
})

test('a resolver that gives no address but a name is not believed', async () => {
  const outbound = createOutbound({ resolve: async () => ['localhost'], mostBytes: 1024 })
  const outcome = await outbound({ url: 'https://public.example/', deadlineMilliseconds: 5000 })
  expect(outcome).toMatchObject({ kind: 'blocked', rule: 'address' })
})
