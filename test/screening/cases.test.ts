import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/domain/json.ts'
import { describeFinding } from '../../src/screening/describe.ts'
import { screenContent } from '../../src/screening/screen.ts'
import {
  alphabets,
  base64,
  jsonWebToken,
  keys,
  made,
  medicare,
  password,
  recordNumber,
  socialSecurity,
} from './corpus/values.ts'

async function sure(content: JsonValue): Promise<readonly string[]> {
  const findings = await screenContent(content)
  return findings
    .filter(({ confidence }) => confidence === 'high')
    .map(({ rule, pointer }) => `${rule} ${pointer}`)
    .sort()
}

describe('case 49: a secret in a configuration is found', () => {
  const ec = keys.ecSec1
  const url = `postgres://app:${made('49u', 16)}@db.internal/ehr`
  test.each<[string, JsonValue, readonly string[]]>([
    ['plain', { auth: { client_secret: made('49a', 40) } }, ['named-secret /auth/client_secret']],
    ['in base64', { a: [base64(url)] }, ['url-credentials /a/0']],
    ['as JSON in a string', { a: JSON.stringify({ x: { password: password('49b') } }) }, ['named-secret /a']],
    ['in URL encoding', { a: encodeURIComponent(url) }, ['url-credentials /a']],
    ['as a URL’s userinfo', { a: `https://u:${made('49c', 12)}@x.example/` }, ['url-credentials /a']],
    ['as PEM in two values', { a: ec.slice(0, 80), b: ec.slice(80) }, ['private-key /a', 'private-key /b']],
    ['as an EC key', { tls: ec }, ['private-key /tls']],
    ['as a bearer', { h: `Bearer ${jsonWebToken('49d')}` }, ['json-web-token /h']],
  ])('%s', async (_, content, expected) => {
    expect(await sure(content)).toEqual(expected)
  })
})

describe('case 50: data of a patient is found', () => {
  const patient = { resourceType: 'Patient', name: [{ family: 'Doe' }] }
  test.each<[string, JsonValue, readonly string[]]>([
    ['SSN', { a: [{ b: socialSecurity('50') }] }, ['social-security-number /a/0/b']],
    ['PID segment', { t: `PID|1||${recordNumber('50')}^^^NLH^MR||DOE^JANE||19840312|F` }, ['hl7-message /t']],
    ['FHIR Patient', { fixture: patient }, ['fhir-patient /fixture']],
    ['FHIR Bundle', { entry: [{ resource: patient }] }, ['fhir-patient /entry/0/resource']],
    ['X12', { t: 'NM1*IL*1*DOE*JANE****MI*W12~' }, ['x12-member /t']],
    ['MBI', { mbi: medicare('50') }, ['medicare-number /mbi']],
    [
      'MRN',
      { Identifiers: [{ ID: recordNumber('51'), IDType: 'MR' }] },
      ['medical-record-number /Identifiers/0/ID'],
    ],
    ['birth date', { dob: '1984-03-12' }, ['birth-date /dob']],
  ])('%s', async (_, content, expected) => {
    expect(await sure(content)).toEqual(expected)
  })
})

test.each([
  '000-12-3456',
  '666-12-3456',
  '900-12-3456',
  '123-00-4567',
  '123-45-0000',
  '1123-45-6789',
  '123-45-67890',
])('%s was never a Social Security number', async (text) =>
  expect(await screenContent({ ssn: text })).toEqual([]),
)

test('a provider’s NPI is public and not reported', async () => {
  expect(await screenContent({ npi: '1234567893', renderingProviderNPI: 1003000126 })).toEqual([])
})

test('content cannot switch a rule off by a comment', async () => {
  const token = `gh${'p_'}${made('off', 36)}`
  expect(await screenContent(`/* secretlint-disable */ ${token}`)).toMatchObject([{ rule: 'service-token' }])
  const content = { a: 'secretlint-disable', b: token, c: 'secretlint-disable-line' }
  expect(await sure(content)).toEqual(['service-token /b'])
})

test('a secret in the name of a member is found, and no pointer spells it out', async () => {
  const name = `csk${'_prd_'}${made('name', 32, alphabets.hex)}_${made('name2', 38)}`
  const content = { keys: { [name]: { ssn: socialSecurity('name'), list: [{ dob: '1984-03-12' }] } } }
  const findings = await screenContent(content)
  expect(findings.map(({ pointer }) => pointer)).toEqual(findings.map(() => '/keys'))
  expect(findings.map(({ rule }) => rule)).toContain('countersign-key')
  expect(JSON.stringify([findings, findings.map(describeFinding)])).not.toContain(name.slice(0, 20))
})

test('a message names the rule and what to do, and is the same for every value', async () => {
  const [one] = await screenContent({ password: password('m1') })
  const [other] = await screenContent({ password: password('m2') })
  if (one === undefined || other === undefined) throw new Error('nothing found')
  expect(describeFinding(one)).toContain('named-secret')
  expect(describeFinding(one)).toBe(describeFinding(other))
})
