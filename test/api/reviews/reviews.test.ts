import { describe, expect, test } from 'vitest'
import { askFor, createValueSet, openDeployment, reachState } from '../../support/deployment.ts'
import {
  breakGlassPolicy,
  type Hospital,
  inboxOf,
  overridden,
  overrideAs,
  people,
  readAs,
  reviewAs,
} from '../../support/overriding.ts'

const api = await openDeployment()
const { expectStatus, request } = api
const hospital = (): Promise<Hospital> => api.newOrganization({ people, policy: breakGlassPolicy() })

async function codeOf(response: Response): Promise<readonly [number, string]> {
  const { code } = (await response.json()) as { code: string }
  return [response.status, code]
}

interface Told {
  readonly type: string
  readonly actor: { readonly person?: string; readonly via: string }
  readonly details: Readonly<Record<string, unknown>>
}

async function timelineOf(key: string | undefined, id: string): Promise<readonly Told[]> {
  const { data } = await expectStatus<{ data: readonly Told[] }>(200, `/v1/promotions/${id}/timeline`, {
    key,
  })
  return data
}

describe('after somebody stood in for those who have to sign', () => {
  test('the promotion lands, and tells who did, why, and by when it is reviewed', async () => {
    const organization = await hospital()
    const asked = await overridden(api, organization)
    await reachState(api, organization, asked, 'promoted')
    const { override } = await readAs(api, organization, asked)
    expect(override).toMatchObject({
      person: organization.people.olga.id,
      reason: 'Nobody else is awake',
      revision: 1,
      overdue: false,
      review: null,
    })
    const within = Date.parse(override?.reviewDueAt ?? '') - Date.parse(override?.at ?? '')
    expect(Math.abs(within - 2 * 86_400_000)).toBeLessThan(1_000)
  })

  test.each(['upheld', 'objected'])('one other person finds it %s, with a comment', async (outcome) => {
    const organization = await hospital()
    const { anna, auditor } = organization.people
    const asked = await overridden(api, organization)
    const comment = 'The interface was down for an hour'
    const response = await reviewAs(api, anna, asked, { outcome, comment })
    expect(response.status).toBe(201)
    const promoted = await reachState(api, organization, asked, 'promoted')
    const { override } = await readAs(api, organization, asked)
    expect(override?.review).toMatchObject({ person: anna.id, outcome, comment })
    expect(promoted.items[0]?.outcome).toBe('landed')

    const told = await timelineOf(auditor.keys.organization, asked.id)
    const reviewed = told.filter(({ type }) => type.startsWith('review.'))
    expect(reviewed).toMatchObject([
      { type: 'review.reviewed', actor: { person: anna.id, via: 'key' }, details: { outcome } },
    ])
    const { decisions } = promoted
    expect(reviewed[0]?.details).toMatchObject({
      override: (decisions as readonly { id?: string }[])[0]?.id,
      commentText: { commitment: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(JSON.stringify(told)).not.toContain(comment)
  })

  test('an admin with a role there reviews it too, whom no step names', async () => {
    const organization = await hospital()
    const asked = await overridden(api, organization)
    expect((await reviewAs(api, organization.people.admin, asked)).status).toBe(201)
  })

  test('it is reviewed once', async () => {
    const organization = await hospital()
    const { anna, ben } = organization.people
    const asked = await overridden(api, organization)
    expect((await reviewAs(api, anna, asked)).status).toBe(201)
    expect(await codeOf(await reviewAs(api, ben, asked, { outcome: 'objected' }))).toEqual([
      409,
      'illegal-state',
    ])
    expect((await readAs(api, organization, asked)).override?.review?.outcome).toBe('upheld')
  })

  test('of two people who review it at once, one does', async () => {
    const organization = await hospital()
    const { anna, ben } = organization.people
    const asked = await overridden(api, organization)
    const both = await Promise.all([reviewAs(api, anna, asked), reviewAs(api, ben, asked)])
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
  })

  test('the same request sent again has the same answer', async () => {
    const organization = await hospital()
    const { anna } = organization.people
    const asked = await overridden(api, organization)
    const idempotencyKey = crypto.randomUUID()
    expect((await reviewAs(api, anna, asked, { idempotencyKey })).status).toBe(201)
    const again = await reviewAs(api, anna, asked, { idempotencyKey })
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
    const other = await reviewAs(api, anna, asked, { idempotencyKey, outcome: 'objected' })
    expect((await codeOf(other))[1]).toBe('idempotency-key-reused')
  })
})

describe('an override is not reviewed', () => {
  test('by who stood in, who asked, who edited, or whom nothing names', async () => {
    const organization = await hospital()
    const { requester, editor, olga, bystander } = organization.people
    const staged = await createValueSet(api, organization)
    await expectStatus(200, `/v1/assets/${staged.id}`, {
      key: editor.keys.staging,
      method: 'PUT',
      body: { content: { values: [{ value: 'Z' }] } },
      headers: { 'If-Match': `"${staged.version}-${staged.digest}"` },
    })
    const asked = await askFor(api, organization, [{ id: staged.id }])
    expect((await overrideAs(api, olga, asked)).status).toBe(201)
    const refused = []
    for (const person of [olga, requester, editor, bystander]) {
      refused.push(await codeOf(await reviewAs(api, person, asked)))
    }
    expect(refused).toEqual([
      [403, 'not-eligible'],
      [403, 'contributor-may-not-decide'],
      [403, 'contributor-may-not-decide'],
      [403, 'not-eligible'],
    ])
    expect((await readAs(api, organization, asked)).override?.review).toBeNull()
  })

  test('by an owner with a key of the organization, by an auditor, or by a service account', async () => {
    const organization = await hospital()
    const { owner, anna, auditor } = organization.people
    const asked = await overridden(api, organization)
    const base = `/v1/organizations/${organization.id}`
    const { id: account } = await expectStatus<{ id: string }>(201, `${base}/people`, {
      key: owner.keys.organization,
      body: { kind: 'service', name: 'Pipeline', owner: anna.id },
    })
    const production = organization.environments.production
    await expectStatus(200, `/v1/environments/${production}/members/${account}`, {
      key: owner.keys.organization,
      method: 'PUT',
      body: { role: 'engineer' },
    })
    const { secret } = await expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: anna.keys.production,
      body: { name: 'own', environment: production, account },
    })
    for (const key of [owner.keys.organization, auditor.keys.organization, secret]) {
      expect((await reviewAs(api, anna, asked, { key })).status).toBe(403)
    }
    expect((await readAs(api, organization, asked)).override?.review).toBeNull()
  })

  test('without a comment, or with one that holds a secret', async () => {
    const organization = await hospital()
    const { anna } = organization.people
    const asked = await overridden(api, organization)
    expect(await codeOf(await reviewAs(api, anna, asked, { comment: '  ' }))).toEqual([
      422,
      'comment-required',
    ])
    const comment = `Used ghp_${'a1B2'.repeat(9)}`
    expect((await codeOf(await reviewAs(api, anna, asked, { comment })))[1]).toBe('literal-secret')
    expect((await readAs(api, organization, asked)).override?.review).toBeNull()
  })

  test('where nobody stood in', async () => {
    const organization = await hospital()
    const asked = await askFor(api, organization, [await createValueSet(api, organization)])
    expect((await readAs(api, organization, asked)).override).toBeNull()
    expect(await codeOf(await reviewAs(api, organization.people.anna, asked))).toEqual([409, 'illegal-state'])
  })

  test('with another outcome than the two', async () => {
    const organization = await hospital()
    const asked = await overridden(api, organization)
    const refused = await reviewAs(api, organization.people.anna, asked, { outcome: 'ignored' })
    expect(await codeOf(refused)).toEqual([422, 'invalid-body'])
  })
})

describe('the inbox', () => {
  test('has a review for whoever may give it, until it is given', async () => {
    const organization = await hospital()
    const { requester, anna, ben, olga, admin, bystander } = organization.people
    const asked = await overridden(api, organization)
    await reachState(api, organization, asked, 'promoted')
    const { override } = await readAs(api, organization, asked)
    const reviewsOf = async (person: typeof anna) =>
      (await inboxOf(api, person)).filter(({ kind }) => kind === 'review')
    const waiting = [expect.objectContaining({ promotion: asked.id, deadline: override?.reviewDueAt })]
    for (const person of [anna, ben, admin]) expect(await reviewsOf(person)).toEqual(waiting)
    for (const person of [requester, olga, bystander]) expect(await reviewsOf(person)).toEqual([])
    expect((await reviewAs(api, ben, asked)).status).toBe(201)
    for (const person of [anna, ben, admin]) expect(await reviewsOf(person)).toEqual([])
  })

  test('loses nothing of a promotion that waits for two things, in whatever pages', async () => {
    const organization = await hospital()
    const { anna } = organization.people
    const ids = []
    for (let number = 0; number < 2; number += 1) {
      const asked = await overridden(api, organization)
      await reachState(api, organization, asked, 'promoted')
      ids.push(asked.id)
    }
    const whole = await inboxOf(api, anna)
    expect(whole.map(({ kind, promotion }) => [kind, promotion])).toEqual(
      ids.flatMap((id) => [
        ['activate', id],
        ['review', id],
      ]),
    )
    expect(await inboxOf(api, anna, 1)).toEqual(whole)
    expect(await inboxOf(api, anna, 3)).toEqual(whole)
  })
})

test('a promotion that is overridden for two plans has both reviewed, the earlier one first', async () => {
  const organization = await hospital()
  const { requester, anna, ben, olga, owner } = organization.people
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  const freeze = `/v1/environments/${organization.environments.production}/freezes`
  const { id: frozen } = await expectStatus<{ id: string }>(201, freeze, {
    key: owner.keys.organization,
    body: { reason: 'Inventory' },
  })
  expect((await overrideAs(api, olga, asked)).status).toBe(201)
  await reachState(api, organization, asked, 'scheduled')
  await expectStatus(200, `/v1/promotions/${asked.id}/resubmit`, {
    key: requester.keys.staging,
    body: { reason: 'With better words' },
  })
  const second = await reachState(api, organization, asked, 'awaiting_approval')
  expect((await overrideAs(api, olga, second, 'Still nobody')).status).toBe(201)
  await request(`${freeze}/${frozen}`, { key: owner.keys.organization, method: 'DELETE' })
  await reachState(api, organization, asked, 'promoted')

  const idempotencyKey = crypto.randomUUID()
  expect((await readAs(api, organization, asked)).override).toMatchObject({ revision: 1, review: null })
  expect((await reviewAs(api, anna, asked, { idempotencyKey })).status).toBe(201)
  const repeated = await reviewAs(api, anna, asked, { idempotencyKey })
  expect(repeated.headers.get('Idempotent-Replayed')).toBe('true')
  expect((await readAs(api, organization, asked)).override).toMatchObject({
    revision: 2,
    reason: 'Still nobody',
    review: null,
  })
  expect((await reviewAs(api, ben, asked, { outcome: 'objected' })).status).toBe(201)
  expect((await readAs(api, organization, asked)).override).toMatchObject({
    revision: 2,
    review: { person: ben.id, outcome: 'objected' },
  })
})
