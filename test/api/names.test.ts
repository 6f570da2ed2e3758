import { describe, expect, test } from 'vitest'
import { type Asset, valueSet } from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const api = openApi(await openStores())
const organization = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
const { staging, production } = organization.environments
const key = organization.people.owner.keys.organization
const base = `/v1/organizations/${organization.id}`

interface Answer {
  readonly code: string
  readonly errors: readonly { readonly pointer: string }[]
}

const policyPath = `/v1/environments/${production}/policy`
const policy = (rule: string, step = 'sign') => ({
  rules: [{ name: rule, steps: [{ name: step, kind: 'approval', approvals: 1 }] }],
})
const set = (body: unknown, by: string | undefined = key) =>
  api.request(policyPath, { key: by, method: 'PUT', body, headers: { 'If-Match': '*' } })
const version = async () => (await api.expectStatus<{ version: number }>(200, policyPath, { key })).version

async function refused(response: Response, status = 422): Promise<Answer> {
  expect(response.status).toBe(status)
  return (await response.json()) as Answer
}

const noNames: readonly (readonly [string, string])[] = [
  ['holds a line break', 'One\ntwo'],
  ['holds a line separator', 'One\u2028two'],
  ['holds a null character', 'One\u0000two'],
  ['holds an escape', 'One\u001b[31m two'],
  ['is invisible', '\u200b\u2060\u00ad'],
  ['is a filler', '\u3164'],
  ['is half a character', 'One\ud800'],
]

describe.each(noNames)('a name that %s', (_, name) => {
  test('is none of an asset, a person, a key, an environment or an organization', async () => {
    const engineer = organization.people.engineer.keys.staging
    const attempts = [
      [`/v1/environments/${staging}/assets`, { ...valueSet('A'), name }, engineer],
      [`${base}/people`, { kind: 'human', name }, key],
      ['/v1/api-keys', { name, organization: organization.id }, key],
      [`${base}/environments`, { name, kind: 'staging' }, key],
      ['/v1/organizations', { name, owner: { name: 'Olive' } }, key],
    ] as const
    for (const [path, body, by] of attempts) {
      const { errors } = await refused(await api.request(path, { key: by, body }))
      expect(errors.map(({ pointer }) => pointer)).toEqual(['/name'])
    }
  })

  test('is none of a rule or a step', async () => {
    expect((await refused(await set(policy(name)))).errors[0]?.pointer).toBe('/rules/0/name')
    expect((await refused(await set(policy('all', name)))).errors[0]?.pointer).toBe('/rules/0/steps/0/name')
  })
})

test('a name is written in any script, with what joins its characters', async () => {
  for (const name of ['Åsa Öberg', '李小龍', 'नमस्ते', 'می\u200cخواهم', '👩\u200d⚕️ on call']) {
    const made = await api.expectStatus<Asset>(201, `/v1/environments/${staging}/assets`, {
      key: organization.people.engineer.keys.staging,
      body: { ...valueSet('A'), name },
    })
    expect(made.name).toBe(name)
  }
})

describe('the names in a policy', () => {
  const token = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
  test('hold no secret and no data of a patient', async () => {
    const before = await version()
    for (const [asked, pointer] of [
      [policy(token), '/rules/0/name'],
      [policy('all', token), '/rules/0/steps/0/name'],
    ] as const) {
      const response = await set(asked)
      const text = await response.clone().text()
      const { code, errors } = await refused(response)
      expect(code).toBe('literal-secret')
      expect(errors[0]?.pointer).toBe(pointer)
      expect(text).not.toContain(token)
    }
    const patient = await refused(await set(policy('all', 'SSN 123-45-6789')))
    expect(patient.code).toBe('patient-data')
    expect(await version()).toBe(before)
  })

  test('are looked at only for who may set one', async () => {
    expect((await set(policy(token), organization.people.engineer.keys.organization)).status).toBe(404)
  })

  test('have at most 100 characters', async () => {
    expect((await set(policy('r'.repeat(100), 's'.repeat(100)))).status).toBe(200)
    expect((await refused(await set(policy('r'.repeat(101))))).errors[0]?.pointer).toBe('/rules/0/name')
    expect((await refused(await set(policy('all', 's'.repeat(101))))).errors[0]?.pointer).toBe(
      '/rules/0/steps/0/name',
    )
  })
})
