import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { suspicionOf } from '../../../src/domain/preflight/hosts/suspicious-host.ts'

const here = 'leads to the machine that calls it'
const privately = 'has an address that exists in a private network only'
const reserved = 'has a name or an address that is reserved for tests and examples'
const tunnel = 'is a tunnel or a collector of test requests'
const named = 'is named like one of staging or of a test'

const suspicionOfHost = (host: string, scheme = 'https') => suspicionOf(new URL(`${scheme}://${host}/x`))

describe('the host of an endpoint', () => {
  test.each([
    'api.hospital.org',
    'latest.example-hospital.org',
    'contest.org',
    'devon-health.uk',
    'test-results.lab.org',
    'lab-tests.hospital.org',
    'genetic-testing.hospital.org',
    'attestation.hospital.org',
    'demographics.hospital.org',
    'stagecoach-clinic.org',
    'local-health.org',
    'ehr.hospital.dev',
    'hospital.com.qa',
    'notngrok.io',
    'myexample.com',
    'localhost.hospital.org',
    'xn--tst-bma.hospital.org',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '128.0.0.1',
    '169.253.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.0.1',
    '192.0.3.1',
    '198.17.0.1',
    '198.20.0.1',
    '198.51.101.1',
    '203.0.114.1',
    '239.1.1.1',
    '[2606:4700::1111]',
    '[2001:db9::1]',
    '[fd::1]',
    '[fe8::1]',
    '[ff02::1]',
    '[::ffff:8.8.8.8]',
    '[64:ff9b::8.8.8.8]',
    '[64:ff9c::10.0.0.1]',
    '[2002:808:808::1]',
  ])('%s may be one of production', (host) => {
    expect(suspicionOfHost(host)).toBeNull()
  })

  test.each([
    ['localhost', here],
    ['LOCALHOST', here],
    ['localhost.', here],
    ['app.localhost', here],
    ['localhost.localdomain', here],
    ['ip6-localhost', here],
    ['ip6-loopback', here],
    ['api.lvh.me', here],
    ['localtest.me', here],
    ['127.0.0.1', here],
    ['127.255.255.254', here],
    ['0.0.0.0', here],
    ['2130706433', here],
    ['0x7f.1', here],
    ['0177.0.0.1', here],
    ['127.1', here],
    ['[::1]', here],
    ['[::]', here],
    ['[0:0:0:0:0:0:0:1]', here],
    ['[::ffff:127.0.0.1]', here],
    ['[::ffff:7f00:1]', here],
    ['[::127.0.0.1]', here],
    ['[::ffff:0:127.0.0.1]', here],
    ['[64:ff9b::127.0.0.1]', here],
    ['[2002:7f00:1::]', here],
    ['10.1.2.3', privately],
    ['172.16.0.1', privately],
    ['172.31.255.255', privately],
    ['192.168.1.1', privately],
    ['169.254.169.254', privately],
    ['100.64.0.1', privately],
    ['100.127.255.255', privately],
    ['[fc00::1]', privately],
    ['[fdff:1::1]', privately],
    ['[fe80::1]', privately],
    ['[febf::1]', privately],
    ['[fec0::1]', privately],
    ['[64:ff9b:1::1]', privately],
    ['[::ffff:10.0.0.1]', privately],
    ['[2002:a00:1::5]', privately],
    ['printer.local', privately],
    ['printer.localdomain', privately],
    ['ehr.internal', privately],
    ['ehr.intranet', privately],
    ['ehr.lan', privately],
    ['ehr.corp', privately],
    ['ehr.home', privately],
    ['ehr.home.arpa', privately],
    ['ehr.private', privately],
    ['ehr', privately],
    ['192.0.2.1', reserved],
    ['198.18.0.1', reserved],
    ['198.19.255.255', reserved],
    ['198.51.100.7', reserved],
    ['203.0.113.7', reserved],
    ['255.255.255.255', reserved],
    ['240.0.0.1', reserved],
    ['[2001:db8::1]', reserved],
    ['[3fff:fff::1]', reserved],
    ['hospital.test', reserved],
    ['hospital.example', reserved],
    ['hospital.invalid', reserved],
    ['example.com', reserved],
    ['api.example.net', reserved],
    ['api.example.org', reserved],
    ['abc.ngrok-free.app', tunnel],
    ['webhook.site', tunnel],
    ['10-0-0-1.nip.io', tunnel],
    ['staging.hospital.org', named],
    ['staging2.hospital.org', named],
    ['2staging.hospital.org', named],
    ['api-staging.hospital.org', named],
    ['api_stg.hospital.org', named],
    ['api.uat.hospital.org', named],
    ['test-api.hospital.org', named],
    ['test.results.hospital.org', named],
    ['qa.hospital.org', named],
    ['dev.hospital.org', named],
    ['pre-prod.hospital.org', named],
    ['non-production.hospital.org', named],
    ['staging-results.hospital.org', named],
    ['staging', named],
  ])('%s: this endpoint %s', (host, suspicion) => {
    expect(suspicionOfHost(host)).toBe(suspicion)
  })

  test.each([
    'staging stage stg test tests testing tst uat qa sandbox sbx dev develop development',
    'demo preprod preproduction nonprod nonproduction acceptance preview mock stub',
  ])('named after one of %s is one of a test', (words) => {
    for (const word of words.split(' ')) expect(suspicionOfHost(`${word}.hospital.org`)).toBe(named)
  })

  test.each([
    'ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev trycloudflare.com loca.lt localtunnel.me',
    'serveo.net localhost.run lhr.life pagekite.me tunnelmole.net devtunnels.ms bore.pub zrok.io ts.net',
    'webhook.site requestbin.com pipedream.net beeceptor.com hookdeck.com requestcatcher.com mockbin.org',
    'httpbin.org postman-echo.com app.github.dev nip.io sslip.io gitpod.io',
  ])('below one of %s is a tunnel', (domains) => {
    for (const domain of domains.split(' ')) {
      expect([domain, suspicionOfHost(`in.${domain}`)]).toEqual([domain, tunnel])
    }
  })

  test.each([
    'lab labs laboratory result results order orders report reports kit kits blood covid pcr',
    'genetic catalog catalogue center centre',
  ])('about tests of patients, by one of %s, may be one of production', (words) => {
    for (const word of words.split(' ')) {
      expect(suspicionOfHost(`${word}-test.hospital.org`)).toBeNull()
      expect(suspicionOfHost(`tests-${word}.hospital.org`)).toBeNull()
      expect(suspicionOfHost(`testing-${word}.hospital.org`)).toBeNull()
    }
  })

  test.each(['sftp', 'mllp', 'tcp', 'amqps', 'http', 'wss'])('is looked at alike with %s', (scheme) => {
    expect(suspicionOfHost('0x7f.1', scheme)).toBe(here)
    expect(suspicionOfHost('[::ffff:7f00:1]', scheme)).toBe(here)
    expect(suspicionOfHost('LocalHost.', scheme)).toBe(here)
    expect(suspicionOfHost('%6cocalhost', scheme)).toBe(here)
    expect(suspicionOfHost('UAT.hospital.org', scheme)).toBe(named)
    expect(suspicionOfHost('ehr.hospital.org', scheme)).toBeNull()
  })

  test('that no scheme of the web could have is looked at as it stands', () => {
    expect(suspicionOf(new URL('mllp://staging.a%20b.org/'))).toBe(named)
  })

  test('is the same whichever way its address is written', () => {
    const byte = fc.nat({ max: 255 })
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const plain = suspicionOfHost([a, b, c, d].join('.'))
        expect(suspicionOfHost(String(((a * 256 + b) * 256 + c) * 256 + d))).toBe(plain)
        expect(suspicionOfHost(`[::ffff:${a}.${b}.${c}.${d}]`)).toBe(plain)
        expect(suspicionOfHost(`[64:ff9b::${a}.${b}.${c}.${d}]`)).toBe(plain)
        expect(suspicionOfHost(`0x${a.toString(16)}.${b}.${c * 256 + d}`, 'mllp')).toBe(plain)
      }),
    )
  })
})
