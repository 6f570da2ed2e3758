import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { promotionWithShape } from '../../src/contract/promotions/included.ts'
import { maskOf } from '../../src/screening/mask.ts'
import { medicare } from '../screening/corpus/values.ts'
import {
  askFor,
  createValueSet,
  fourPeople,
  openDeployment,
  promotionOf,
  reachState,
} from '../support/deployment.ts'

const api = await openDeployment()
const { expectStatus, newOrganization, request } = api
const people = {
  ...fourPeople,
  outsider: { staging: 'engineer' },
  auditor: { auditor: true },
} as const

type Read = z.output<typeof promotionWithShape>

const organization = await newOrganization({ people })
const { anna, outsider, auditor, requester } = organization.people
const number = medicare('included')
const asked = await askFor(api, organization as never, [
  await createValueSet(api, organization as never, ['A', number]),
])
const path = `/v1/promotions/${asked.id}`

const read = (include?: string, key = anna.keys.production) =>
  expectStatus<Read>(200, include === undefined ? path : `${path}?include=${include}`, { key })
const planFor = (key = anna.keys.production) => expectStatus<Read['plan']>(200, `${path}/plan`, { key })

describe('a promotion is read', () => {
  test('with nothing more than ever where nothing is asked for', async () => {
    const plain = await read()
    for (const member of ['plan', 'diff', 'findings']) expect(plain).not.toHaveProperty(member)
    expect(await read('decisions')).toEqual(plain)
    expect(plain.decisions).toEqual([])
  })

  test('with its plan, as the plan itself is shown', async () => {
    const { plan, ...rest } = await read('plan')
    expect(plan).toEqual(await planFor())
    expect(rest).toEqual(await read())
  })

  test('with the differences, item by item', async () => {
    const shown = { values: [{ value: 'A' }, { value: maskOf('medicare-number') }] }
    const { diff } = await read('diff')
    expect(diff).toEqual([
      {
        position: 1,
        source: expect.objectContaining({ version: 1 }),
        target: { id: expect.any(String), baselineVersion: null },
        action: 'create',
        diff: [{ pointer: '', op: 'add', to: shown }],
      },
    ])
  })

  test('with the findings, and with several at once in any order', async () => {
    const plan = await planFor()
    expect((await read('findings')).findings).toEqual(plan?.findings)
    const all = await read('findings,decisions,diff,plan')
    expect([all.findings, all.plan, all.diff?.length]).toEqual([plan?.findings, plan, 1])
  })

  test('under a tag of its own for each way to read it', async () => {
    const tagOf = async (query: string) =>
      (await request(`${path}${query}`, { key: anna.keys.production })).headers.get('ETag')
    expect(await tagOf('?include=plan')).toBe(await tagOf('?include=plan'))
    expect(await tagOf('?include=plan')).not.toBe(await tagOf(''))
  })
})

describe('what is included shows no more than the plan does', () => {
  test('to who has no role in the destination: pointers and actions', async () => {
    const { plan, diff } = await read('plan,diff', outsider.keys.staging)
    expect(plan).toEqual(await planFor(outsider.keys.staging))
    expect(diff?.map((item) => item.diff)).toEqual([[{ pointer: '', op: 'add' }]])
    expect(JSON.stringify([plan, diff])).not.toContain('"A"')
  })

  test('to an auditor: no content', async () => {
    const { plan, diff, findings } = await read('plan,diff,findings', auditor.keys.organization)
    expect(plan).toEqual(await planFor(auditor.keys.organization))
    expect(plan?.items.some((item) => 'content' in item)).toBe(false)
    expect(diff?.flatMap((item) => item.diff)).toEqual([{ pointer: '', op: 'add' }])
    expect(findings).toEqual(plan?.findings)
  })

  test('to anybody: nothing of what is masked, so that nothing is logged as unmasked', async () => {
    expect(JSON.stringify(await read('plan,diff,findings'))).not.toContain(number)
    const { data } = await expectStatus<{ data: readonly unknown[] }>(
      200,
      `/v1/audit/events?promotion=${asked.id}&type=content.unmasked`,
      { key: organization.people.owner.keys.organization },
    )
    expect(data).toEqual([])
  })

  test('and nothing at all to who may not read the promotion', async () => {
    const other = await newOrganization({ people: { stranger: { production: 'engineer' } } })
    const response = await request(`${path}?include=plan`, { key: other.people.stranger.keys.production })
    expect(response.status).toBe(404)
  })
})

test('before its plan is made what is asked for is null', async () => {
  const staged = await createValueSet(api, organization as never)
  const draft = await expectStatus<{ id: string }>(202, '/v1/promotions', {
    key: requester.keys.staging,
    body: { ...promotionOf(organization as never, [staged]), draft: true },
  })
  const answer = await expectStatus<Read>(200, `/v1/promotions/${draft.id}?include=plan,diff,findings`, {
    key: requester.keys.staging,
  })
  expect(answer).toMatchObject({ state: 'draft', plan: null, diff: null, findings: null })
})

test.each(['plans', 'plan,secrets', '', 'plan,', 'plan, diff', 'PLAN'])(
  'a name that is not known is refused in words: %j',
  async (include) => {
    const response = await request(`${path}?include=${encodeURIComponent(include)}`, {
      key: anna.keys.production,
    })
    expect([response.status, await response.json()]).toMatchObject([
      400,
      {
        code: 'unknown-parameter',
        errors: [
          {
            pointer: 'include',
            message: 'must name nothing but plan, diff, findings and decisions, with commas between them',
          },
        ],
      },
    ])
  },
)

test('what is included follows the promotion to its end', async () => {
  const fine = await askFor(api, organization as never, [await createValueSet(api, organization as never)])
  await reachState(api, organization as never, fine, 'awaiting_approval')
  const { plan } = await expectStatus<Read>(200, `/v1/promotions/${fine.id}?include=plan`, {
    key: anna.keys.production,
  })
  expect(plan?.planDigest).toBe(fine.planDigest)
})
