import { expect, test } from 'vitest'
import { password } from '../screening/corpus/values.ts'
import { openApi } from '../support/api.ts'
import { fourPeople } from '../support/deployment.ts'
import { policyOf, proposing } from '../support/policies.ts'
import { openStores } from '../support/stores.ts'
import { bundleOf, newTeam, policyWith, preview, stage } from './plans/planning.ts'

const api = openApi(await openStores())
const organization = await api.newOrganization({ people: fourPeople })
const path = policyOf(organization.environments.production)
const approval = { name: 'sign', kind: 'approval', approvals: 1 }

interface Answer {
  readonly code?: string
  readonly errors?: readonly { readonly pointer: string }[]
  readonly rules?: readonly { readonly validation?: object }[]
  readonly warnings?: readonly { readonly code: string; readonly pointer: string; readonly message: string }[]
}

async function trying(...rules: readonly object[]): Promise<Answer & { readonly status: number }> {
  const named = rules.map((rule, place) => ({ name: `rule ${place}`, steps: [approval], ...rule }))
  const response = await api.request(
    `${path}?dryRun=true`,
    proposing(organization.people.owner, { rules: named }),
  )
  return { status: response.status, ...((await response.json()) as Answer) }
}

const lines = (count: number) => Array.from({ length: count }, (_, line) => `Line ${line}`)

test.each([
  [{ checklist: ['One order goes through'] }],
  [{ checklist: lines(20), soak: 'P30D' }],
  [{ checklist: ['x'.repeat(200)], soak: 'PT0.5S' }],
])('a rule may ask for a validation, kept as it was sent: %j', async (validation) => {
  const { status, rules } = await trying({ validation })
  expect([status, rules?.[0]?.validation]).toEqual([200, validation])
})

test.each([
  ['no checklist', {}, '/checklist'],
  ['an empty checklist', { checklist: [] }, '/checklist'],
  ['more than 20 lines', { checklist: lines(21) }, '/checklist'],
  ['an empty line', { checklist: ['A', ''] }, '/checklist/1'],
  ['a line of more than 200 characters', { checklist: ['x'.repeat(201)] }, '/checklist/0'],
  ['two lines in one', { checklist: ['A\nB'] }, '/checklist/0'],
  ['a soak of more than 30 days', { checklist: ['A'], soak: 'P30DT1S' }, '/soak'],
  ['a soak of no time', { checklist: ['A'], soak: 'PT0S' }, '/soak'],
  ['a soak of months', { checklist: ['A'], soak: 'P1M' }, '/soak'],
])('a validation with %s is refused', async (_, validation, place) => {
  const { status, code, errors } = await trying({ validation })
  expect([status, code, errors?.map(({ pointer }) => pointer)]).toEqual([
    422,
    'invalid-body',
    [`/rules/0/validation${place}`],
  ])
})

test('a validation with a member that nobody knows is refused', async () => {
  const { code, errors } = await trying({ validation: { checklist: ['A'], scope: 'one clinic' } })
  expect([code, errors?.[0]?.pointer]).toEqual(['unknown-property', '/rules/0/validation/scope'])
})

test('a line of a checklist that holds a secret is refused, without repeating it', async () => {
  const secret = password('checklist')
  const checklist = ['One order goes through', `Sign in with password: ${secret}`]
  const { status, code, errors, ...rest } = await trying({ validation: { checklist } })
  expect([status, code, errors?.map(({ pointer }) => pointer)]).toEqual([
    422,
    'literal-secret',
    ['/rules/0/validation/checklist/1'],
  ])
  expect(JSON.stringify([errors, rest])).not.toContain(secret)
})

test('a plan holds the validation of its rule, and nothing where the rule has none', async () => {
  const validation = { checklist: ['One order goes through'], soak: 'P2D' }
  const told = async (more: object) => {
    const team = await newTeam(api, policyWith(more))
    const staged = await stage(api, team, 'valueSet', { values: [{ value: 'A' }] })
    return preview(api, team, bundleOf(team, [staged]))
  }
  expect((await told({ validation })).validation).toEqual(validation)
  expect(await told({})).not.toHaveProperty('validation')
})

test('a rule that activates automatically is warned of where it may take what lands turned off', async () => {
  const warned = async (...rules: readonly object[]) => {
    const { warnings = [] } = await trying(...rules)
    return warnings.filter(({ code }) => code === 'automatic-may-wait').map(({ pointer }) => pointer)
  }
  const activation = 'automatic'
  const rule = (types?: object) => ({ activation, when: types === undefined ? { risk: ['low'] } : { types } })
  expect(await warned({ activation })).toEqual(['/rules/0/activation'])
  expect(await warned(rule(), {})).toEqual(['/rules/0/activation'])
  expect(await warned(rule({ any: ['valueSet'] }), {})).toEqual(['/rules/0/activation'])
  expect(await warned(rule({ only: ['valueSet', 'webhookSubscription'] }), {})).toHaveLength(1)
  expect(await warned(rule({ only: ['automation'] }), {})).toHaveLength(1)
  expect(await warned(rule({ only: ['valueSet', 'filter'] }), {})).toEqual([])
  expect(await warned({ activation: 'manual' })).toEqual([])
})
