import { expect, test } from 'vitest'
import { openApi } from '../../support/api.ts'
import { fourPeople } from '../../support/deployment.ts'
import { openStores } from '../../support/stores.ts'
import { addType, bundleOf, inShort, newTeam, policyWith, preview, stage } from './planning.ts'

const api = openApi(await openStores())

const codes = { values: [{ value: 'A' }] }
const step = (approvals: number) => ({ name: 'approval', kind: 'approval', approvals, groups: ['approvers'] })

/** The position and the steps of the rule that routes a bundle. */
async function routed(organization: Awaited<ReturnType<typeof newTeam>>, body: object) {
  const { policy, steps } = await preview(api, organization, body)
  return { rule: policy.rule, required: steps.map(({ required }) => required) }
}

test('the first rule that applies routes a promotion, by the types of its bundle', async () => {
  const policy = policyWith(
    {},
    { name: 'both', when: { types: { only: ['valueSet'] } }, steps: [step(1)] },
    { name: 'any', when: { types: { any: ['valueSet', 'jsonDocument'] } }, steps: [step(3)] },
  )
  const organization = await newTeam(api, policy)
  const set = await stage(api, organization, 'valueSet', codes)
  const document = await stage(api, organization, 'jsonDocument', { a: 1 })
  expect(await routed(organization, bundleOf(organization, [set]))).toEqual({ rule: 1, required: [1] })
  expect(await routed(organization, bundleOf(organization, [set, document]))).toEqual({
    rule: 2,
    required: [3],
  })
})

test('by the names of its assets, where a star stands for anything', async () => {
  const policy = policyWith({}, { name: 'emergency', when: { names: { any: ['ED *'] } }, steps: [step(3)] })
  const organization = await newTeam(api, policy)
  const department = await stage(api, organization, 'valueSet', codes, 'ED triage codes')
  const other = await stage(api, organization, 'valueSet', codes, 'MED codes')
  expect((await routed(organization, bundleOf(organization, [other]))).rule).toBe(2)
  expect((await routed(organization, bundleOf(organization, [other, department]))).rule).toBe(1)
})

test('by how risky it is, which its types and its findings say', async () => {
  const policy = policyWith(
    {},
    { name: 'high', when: { risk: ['high'] }, steps: [step(3)] },
    { name: 'moderate', when: { risk: ['moderate'] }, steps: [step(2)] },
  )
  const organization = await newTeam(api, policy)
  await addType(api, organization, 'gadget', {})
  const told = async (type: string, content: object) => {
    const staged = await stage(api, organization, type, content as never)
    const { risk, policy: by } = await preview(api, organization, bundleOf(organization, [staged]))
    return [risk, by.rule]
  }
  expect(await told('valueSet', codes)).toEqual(['moderate', 2])
  expect(await told('gadget', {})).toEqual(['moderate', 2])
  expect(await told('jsonDocument', { url: 'https://localhost/in' })).toEqual(['high', 1])
  expect(await told('jsonDocument', { a: 'left\u202eright' })).toEqual(['high', 1])
  const hook = { url: 'https://hooks.northlake.health/', eventTypes: ['appointment.created'], enabled: false }
  expect(await told('webhookSubscription', hook)).toEqual(['high', 1])
})

test('by who asks for it', async () => {
  const policy = policyWith({}, { name: 'juniors', when: { requesterGroups: ['juniors'] }, steps: [step(3)] })
  const people = { ...fourPeople, requester: { ...fourPeople.requester, groups: ['juniors'] } }
  const organization = await api.newOrganization({ people, policy })
  const staged = await stage(api, organization as never, 'valueSet', codes)
  const body = bundleOf(organization as never, [staged])
  expect((await routed(organization as never, body)).rule).toBe(1)
  const told = await api.expectStatus<{ policy: { rule: number } }>(200, '/v1/promotions?dryRun=true', {
    key: organization.people.editor.keys.staging,
    body,
  })
  expect(told.policy.rule).toBe(2)
})

test('every member of a condition has to be met, and the last rule takes whatever is left', async () => {
  const when = { types: { any: ['valueSet'] }, names: { any: ['ED *'] } }
  const organization = await newTeam(api, policyWith({}, { name: 'both', when, steps: [step(3)] }))
  const one = await stage(api, organization, 'valueSet', codes, 'Other')
  const other = await stage(api, organization, 'jsonDocument', { a: 1 }, 'ED document')
  const ruleOf = async (...assets: Parameters<typeof bundleOf>[1][number][]) =>
    (await routed(organization, bundleOf(organization, assets))).rule
  expect(await ruleOf(one)).toBe(2)
  expect(await ruleOf(other)).toBe(2)
  expect(await ruleOf(one, other)).toBe(1)
})

test('the plan carries what its rule says: steps, activation and how long people may take', async () => {
  const steps = [
    { name: 'reading', kind: 'review', approvals: 1, groups: [] },
    { ...step(2), atLeastOneOf: ['approvers'] },
  ]
  const policy = policyWith({
    steps: steps as never,
    severalSteps: true,
    expiresAfter: 'P2D',
    activation: 'automatic',
  })
  const organization = await newTeam(api, policy)
  const staged = await stage(api, organization, 'valueSet', codes)
  const told = await preview(api, organization, bundleOf(organization, [staged]))
  expect(told).toMatchObject({
    severalSteps: true,
    expiresAfter: 'P2D',
    activation: 'automatic',
    steps: [
      { position: 1, name: 'reading', kind: 'review', required: 1, groups: [], atLeastOneOf: [] },
      { position: 2, name: 'approval', kind: 'approval', required: 2, atLeastOneOf: ['approvers'] },
    ],
  })
  expect(inShort(told)).toEqual([])
})
