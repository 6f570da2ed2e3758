import { expect, test } from 'vitest'
import { foreignHand } from '../../services/drift/production-changes.ts'
import {
  decideAs,
  type FourPeople,
  openDeployment,
  type PromotionAnswer,
  reachState,
} from '../../support/deployment.ts'
import {
  ask,
  bundleOf,
  carry,
  edit,
  inShort,
  landedContent,
  newTeam,
  policyWith,
  preview,
  readPlan,
  type StagedAsset,
  signedPlan,
  stage,
  targetOf,
} from './planning.ts'

const api = await openDeployment()

const codes = (...values: readonly string[]) => ({ values: values.map((value) => ({ value })) })
const noted = (rule: string, { id }: StagedAsset, justification?: string, pointer = '') => ({
  acknowledge: [{ rule, asset: id, pointer, ...(justification === undefined ? {} : { justification }) }],
})

/** A value set that was promoted once, and is newer in staging. */
async function promotedCodes(organization: FourPeople) {
  const staged = await stage(api, organization, 'valueSet', codes('A'))
  const first = await carry(api, organization, bundleOf(organization, [staged]))
  await edit(api, organization, staged, codes('B'))
  const target = targetOf(first, staged)
  return { staged, first, target, hand: foreignHand(api.testStores, organization.id, target) }
}

async function activate({ people }: FourPeople, { id }: PromotionAnswer): Promise<void> {
  await api.expectStatus(200, `/v1/promotions/${id}/rollout/activate`, {
    key: people.anna.keys.production,
    method: 'POST',
    headers: { 'If-Match': '"pending_activation"' },
  })
}

test('what was changed in production is overwritten only once the requester has taken note of it', async () => {
  const organization = await newTeam(api)
  const { staged, target, hand } = await promotedCodes(organization)
  await hand.write(['FOREIGN'])
  const body = bundleOf(organization, [staged])
  const told = await preview(api, organization, body)
  expect(inShort(told)).toEqual(['blocker target-drifted'])
  expect(told).toMatchObject({
    risk: 'high',
    findings: [{ message: expect.stringContaining('Acknowledge it') }],
    items: [{ target: { baselineVersion: 2 }, diff: [{ pointer: '/values/0/value', op: 'replace' }] }],
  })
  const stuck = await ask(api, organization, body)
  expect(stuck.state).toBe('changes_requested')
  await api.expectStatus(200, `/v1/promotions/${stuck.id}/resubmit`, {
    key: organization.people.requester.keys.staging,
    body: { reason: 'What stands there may go', ...noted('target-drifted', staged) },
  })
  const asked = await reachState(api, organization, stuck, 'awaiting_approval')
  const plan = await readPlan(api, organization, asked)
  expect(plan.findings).toMatchObject([
    { rule: 'target-drifted', severity: 'warning', acknowledged: true, justification: null },
  ])
  expect(plan.items[0]?.diff).toEqual([
    { pointer: '/values/0/value', op: 'replace', from: 'FOREIGN', to: 'B' },
  ])
  for (const person of [organization.people.anna, organization.people.ben]) {
    expect((await decideAs(api, person, asked)).status).toBe(201)
  }
  await expect
    .poll(() => landedContent(api, organization, target, 3).catch(() => null), { timeout: 20_000 })
    .toEqual(codes('B'))
})

test('an older version that production put back in use is replaced only once somebody took note of it', async () => {
  const organization = await newTeam(api, policyWith({ restore: 'fast' }))
  const { staged, first, target } = await promotedCodes(organization)
  await activate(organization, first)
  const active = async () =>
    (
      await api.expectStatus<{ activeVersion: number | null }>(200, `/v1/assets/${target}`, {
        key: organization.people.anna.keys.production,
      })
    ).activeVersion
  await expect.poll(active, { timeout: 20_000 }).toBe(1)
  await activate(organization, await carry(api, organization, bundleOf(organization, [staged])))
  await expect.poll(active, { timeout: 20_000 }).toBe(2)
  await api.expectStatus(200, `/v1/assets/${target}/restore`, {
    key: organization.people.anna.keys.production,
    body: { version: 1 },
  })
  await edit(api, organization, staged, codes('C'))
  const restored = async () => inShort(await preview(api, organization, bundleOf(organization, [staged])))
  await expect.poll(restored, { timeout: 20_000 }).toEqual(['blocker target-restored'])
  const body = bundleOf(organization, [staged], noted('target-restored', staged))
  expect(inShort(await preview(api, organization, body))).toEqual(['warning target-restored'])
})

test('where the production asset is gone nothing can be acknowledged', async () => {
  const organization = await newTeam(api)
  const { staged, hand } = await promotedCodes(organization)
  await hand.remove(true)
  const body = bundleOf(organization, [staged], noted('target-missing', staged))
  expect(inShort(await preview(api, organization, body))).toEqual(['blocker target-missing'])
})

test.for([
  ['literal-secret', { password: 'ask reception 14' }, '/password'],
  ['patient-data', { patientNumber: '48213' }, '/patientNumber'],
] as const)('what might be %s takes words, and approvers read them', async ([rule, content, pointer]) => {
  const organization = await newTeam(api)
  const staged = await stage(api, organization, 'jsonDocument', content)
  const short = (severity: string) => [`${severity} ${rule} ${pointer}`]
  const body = bundleOf(organization, [staged])
  expect(inShort(await preview(api, organization, body))).toEqual(short('blocker'))
  const wordless = { ...body, ...noted(rule, staged, undefined, pointer) }
  const told = await preview(api, organization, wordless)
  expect(inShort(told)).toEqual(short('blocker'))
  expect(told.findings[0]?.message).toContain('with a justification')
  const words = `It is the label of a field, ${crypto.randomUUID()}`
  const justified = { ...body, ...noted(rule, staged, words, pointer) }
  expect((await preview(api, organization, justified)).findings).toMatchObject([
    { severity: 'warning', acknowledged: true, justification: words },
  ])
  const asked = await ask(api, organization, justified)
  expect((await readPlan(api, organization, asked)).findings).toMatchObject([
    { rule, severity: 'warning', acknowledged: true, justification: words },
  ])
  expect((await signedPlan(api.testStores, asked)).text).not.toContain(words)
  expect((await decideAs(api, organization.people.anna, asked)).status).toBe(201)
})

test('an acknowledgement of nothing is told of, and one of an unknown rule is refused', async () => {
  const organization = await newTeam(api)
  const staged = await stage(api, organization, 'valueSet', codes('A'))
  const body = bundleOf(organization, [staged], noted('target-drifted', staged))
  expect(inShort(await preview(api, organization, body))).toEqual(['warning acknowledgement-unused'])
  const unknown = bundleOf(organization, [staged], noted('no-such-rule', staged))
  const refused = await api.request('/v1/promotions?dryRun=true', {
    key: organization.people.requester.keys.staging,
    body: unknown,
  })
  expect(refused.status).toBe(422)
})

test('what the policy says blocks, blocks, whoever acknowledged it', async () => {
  const organization = await newTeam(api, policyWith({ blocks: ['endpoint-suspicious'] }))
  const staged = await stage(api, organization, 'jsonDocument', { callback: 'https://localhost/in' })
  const body = bundleOf(organization, [staged], {
    ...noted('endpoint-suspicious', staged, 'It is meant to be', '/callback'),
    manifest: { endpointsUsed: ['https://localhost/in'], expectedDataFlows: 'None leave the machine' },
  })
  expect(inShort(await preview(api, organization, body))).toContain('blocker endpoint-suspicious /callback')
  const elsewhere = await newTeam(api)
  const same = await stage(api, elsewhere, 'jsonDocument', { callback: 'https://localhost/in' })
  const free = bundleOf(elsewhere, [same], {
    ...noted('endpoint-suspicious', same, 'It is meant to be', '/callback'),
    manifest: { endpointsUsed: ['https://localhost/in'], expectedDataFlows: 'None leave the machine' },
  })
  expect(inShort(await preview(api, elsewhere, free))).toContain('warning endpoint-suspicious /callback')
})
