import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import { type FourPeople, openDeployment } from '../../support/deployment.ts'
import {
  addType,
  ask,
  bundleOf,
  carry,
  edit,
  inShort,
  landedContent,
  newTeam,
  preview,
  readPlan,
  type StagedAsset,
  stage,
  targetOf,
} from './planning.ts'

const api = await openDeployment()

interface Rule {
  readonly sends: string
  readonly to?: string
}

/** A type whose recipients belong to one environment: one for all of it, and one for each of its rules. */
async function withNotices(): Promise<FourPeople> {
  const organization = await newTeam(api)
  await addType(api, organization, 'notice', {
    bindings: ['/to', '/rules/*/to'],
    references: [{ pointer: '/codes', types: ['valueSet'], required: false }],
  })
  return organization
}

const notice = (text: string, ...rules: readonly Rule[]): JsonObject => ({
  text,
  to: 'staging@northlake.health',
  rules: rules.map((rule) => ({ ...rule, to: rule.to ?? `${rule.sends}@staging.health` })),
})

const values = (asset: StagedAsset, given: Readonly<Record<string, string>>) => ({
  bindings: Object.entries(given).map(([pointer, value]) => ({ asset: asset.id, pointer, value })),
})

const live = {
  '/to': 'all@northlake.health',
  '/rules/0/to': 'a@northlake.health',
  '/rules/1/to': 'b@northlake.health',
}

async function promoted(organization: FourPeople) {
  const staged = await stage(api, organization, 'notice', notice('first', { sends: 'a' }, { sends: 'b' }))
  const first = await carry(api, organization, bundleOf(organization, [staged], values(staged, live)))
  return { staged, target: targetOf(first, staged) }
}

test('production needs a value of its own wherever a type says so, and takes the one it is given', async () => {
  const organization = await withNotices()
  const staged = await stage(api, organization, 'notice', notice('first', { sends: 'a' }))
  const unbound = await preview(api, organization, bundleOf(organization, [staged]))
  expect(inShort(unbound)).toEqual(['blocker binding-missing /rules/0/to', 'blocker binding-missing /to'])
  const given = { '/to': 'all@northlake.health', '/rules/0/to': 'a@northlake.health', '/tp': 'misspelt' }
  const bound = bundleOf(organization, [staged], values(staged, given))
  expect(inShort(await preview(api, organization, bound))).toEqual(['warning binding-unused /tp'])
  const twice = {
    bindings: [
      ...values(staged, given).bindings,
      ...values(staged, { '/to': 'other@northlake.health' }).bindings,
    ],
  }
  const torn = await preview(api, organization, bundleOf(organization, [staged], twice))
  expect(inShort(torn)).toContain('blocker binding-conflict /to')
  const asked = await ask(api, organization, bound)
  const { items } = await readPlan(api, organization, asked)
  expect(items).toMatchObject([
    { content: { text: 'first', to: 'all@northlake.health', rules: [{ to: 'a@northlake.health' }] } },
  ])
})

test('a value that production was given stays when its asset is promoted again, and approvers see that it does', async () => {
  const organization = await withNotices()
  const { staged, target } = await promoted(organization)
  await edit(api, organization, staged, {
    ...notice('second', { sends: 'a' }, { sends: 'b' }),
    to: 'staging-has-moved@northlake.health',
  })
  const asked = await ask(api, organization, bundleOf(organization, [staged]))
  const plan = await readPlan(api, organization, asked)
  expect(inShort(plan)).toEqual([
    'info binding-remembered /rules/0/to',
    'info binding-remembered /rules/1/to',
    'info binding-remembered /to',
  ])
  expect(plan.items[0]?.diff).toEqual([{ pointer: '/text', op: 'replace', from: 'first', to: 'second' }])
  await api.expectStatus(200, `/v1/promotions/${asked.id}/withdraw`, {
    key: organization.people.requester.keys.staging,
    body: { reason: 'Once more, for real' },
  })
  await carry(api, organization, bundleOf(organization, [staged]))
  expect(await landedContent(api, organization, target, 2)).toMatchObject({ text: 'second', to: live['/to'] })
})

test('a binding takes the place of what was remembered, and is what is remembered from then on', async () => {
  const organization = await withNotices()
  const { staged, target } = await promoted(organization)
  const anew = values(staged, { '/to': 'new@northlake.health' })
  await edit(api, organization, staged, notice('second', { sends: 'a' }, { sends: 'b' }))
  await carry(api, organization, bundleOf(organization, [staged], anew))
  expect(await landedContent(api, organization, target, 2)).toMatchObject({ to: 'new@northlake.health' })
  await edit(api, organization, staged, notice('third', { sends: 'a' }, { sends: 'b' }))
  await carry(api, organization, bundleOf(organization, [staged]))
  expect(await landedContent(api, organization, target, 3)).toMatchObject({
    text: 'third',
    to: 'new@northlake.health',
    rules: [{ to: live['/rules/0/to'] }, { to: live['/rules/1/to'] }],
  })
})

test('where elements moved in staging nothing is remembered for their places: they are asked for again', async () => {
  const organization = await withNotices()
  const { staged } = await promoted(organization)
  await edit(api, organization, staged, notice('second', { sends: 'b' }, { sends: 'a' }))
  const told = await preview(api, organization, bundleOf(organization, [staged]))
  expect(inShort(told)).toEqual([
    'blocker binding-missing /rules/0/to',
    'blocker binding-missing /rules/1/to',
    'info binding-remembered /to',
  ])
})

test('elements that read alike keep their values only while their array is as long as it was', async () => {
  const organization = await withNotices()
  const { staged } = await promoted(organization)
  await edit(api, organization, staged, notice('second', { sends: 'a' }, { sends: 'b' }, { sends: 'c' }))
  const longer = await preview(api, organization, bundleOf(organization, [staged]))
  expect(inShort(longer)).toContain('blocker binding-missing /rules/2/to')
})

test('the counterpart that a reference was bound to stays as well', async () => {
  const organization = await withNotices()
  const codes = await stage(api, organization, 'valueSet', { values: [{ value: 'A' }] })
  const twin = await stage(api, organization, 'valueSet', { values: [{ value: 'Z' }] })
  const twinTarget = targetOf(await carry(api, organization, bundleOf(organization, [twin])), twin)
  const staged = await stage(api, organization, 'notice', { text: 'first', codes: codes.id })
  const bound = { bindings: [{ from: codes.id, to: twinTarget }] }
  await carry(api, organization, bundleOf(organization, [staged], bound))
  await edit(api, organization, staged, { text: 'second', codes: codes.id })
  const told = await preview(api, organization, bundleOf(organization, [staged]))
  expect(inShort(told)).toEqual(['info binding-remembered /codes'])
  expect(told.dependencies).toMatchObject([{ resolution: 'remembered', target: twinTarget }])
  const asked = await ask(api, organization, bundleOf(organization, [staged]))
  expect((await readPlan(api, organization, asked)).items).toMatchObject([{ content: { codes: twinTarget } }])
})
