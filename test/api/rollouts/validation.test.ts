import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { PolicyRule } from '../../../src/domain/policy/policy.ts'
import { type FourPeople, openDeployment, type PromotionAnswer } from '../../support/deployment.ts'
import { bundleOf, carry, newTeam, policyWith, stage } from '../plans/planning.ts'
import { askOf, done, refused, rolloutOf, timelineOf } from './rolling-out.ts'

const api = await openDeployment()

const orders = 'One order goes through'
const nobody = 'Nobody is paged'
const checklist = [orders, nobody]

async function landed(
  rule: Partial<PolicyRule>,
): Promise<{ readonly team: FourPeople; readonly promotion: PromotionAnswer }> {
  const team = await newTeam(api, policyWith(rule))
  const staged = await stage(api, team, 'valueSet', { values: [{ value: 'A' }] })
  return { team, promotion: await carry(api, team, bundleOf(team, [staged])) }
}

async function active(rule: Partial<PolicyRule>) {
  const { team, promotion } = await landed(rule)
  expect((await done(api, team, promotion, 'activate')).state).toBe('active')
  return { team, promotion }
}

describe('what is in use is validated', () => {
  test('line by line, each under the name of whoever looked, and goes live by a person', async () => {
    const { team, promotion } = await active({ validation: { checklist } })
    const { anna, requester } = team.people
    expect(await rolloutOf(api, team, promotion)).toMatchObject({
      state: 'active',
      validation: { checklist, checks: [{ check: orders }, { check: nobody }] },
      soakUntil: null,
      missing: [
        `Line 1 of the checklist is not confirmed: ${orders}`,
        `Line 2 of the checklist is not confirmed: ${nobody}`,
      ],
      completed: null,
      rolledBack: null,
    })
    const early = await refused(api, team, promotion, 'complete')
    expect(early).toEqual([
      409,
      'illegal-state',
      `It does not go live yet. Line 1 of the checklist is not confirmed: ${orders} ` +
        `Line 2 of the checklist is not confirmed: ${nobody}`,
    ])

    const first = await done(api, team, promotion, 'confirm', { body: { check: nobody } })
    expect(first.missing).toEqual([`Line 1 of the checklist is not confirmed: ${orders}`])
    const key = requester.keys.production
    await done(api, team, promotion, 'confirm', { body: { check: orders }, key, seen: '"active"' })
    expect((await rolloutOf(api, team, promotion)).validation?.checks).toEqual([
      { check: orders, confirmedBy: requester.id, printedName: 'requester', confirmedAt: expect.any(String) },
      { check: nobody, confirmedBy: anna.id, printedName: 'anna', confirmedAt: expect.any(String) },
    ])

    const live = await done(api, team, promotion, 'complete', { seen: '"active"' })
    expect(live).toMatchObject({
      state: 'live',
      failure: null,
      missing: [],
      completed: { person: anna.id, printedName: 'anna' },
    })
    await expect
      .poll(async () => (await timelineOf(api, team, promotion)).map(({ type }) => type))
      .toEqual([
        'rollout.activation-authorized',
        'asset.activated',
        'rollout.activated',
        'rollout.confirmed',
        'rollout.confirmed',
        'rollout.completed',
      ])
    const entries = await timelineOf(api, team, promotion)
    expect(entries[3]).toMatchObject({
      actor: { person: anna.id, via: 'key' },
      details: { check: 2, printedNameText: { commitment: expect.any(String) } },
    })
    expect(entries.at(-1)?.actor).toMatchObject({ person: anna.id, via: 'key' })
  })

  test('each line once, and no line that was not signed', async () => {
    const { team, promotion } = await active({ validation: { checklist } })
    await done(api, team, promotion, 'confirm', { body: { check: orders } })
    expect(await refused(api, team, promotion, 'confirm', { body: { check: orders } })).toEqual([
      409,
      'illegal-state',
      'Line 1 of the checklist is confirmed already.',
    ])
    const unknown = await askOf(api, team, promotion, 'confirm', { body: { check: 'All is well' } })
    expect([unknown.status, await unknown.json()]).toMatchObject([
      422,
      {
        code: 'invalid-body',
        errors: [{ pointer: '/check', message: `must be one of "${orders}", "${nobody}"` }],
      },
    ])
    expect((await rolloutOf(api, team, promotion)).state).toBe('active')
  })

  test('as often as a line stands in the checklist, where two read the same', async () => {
    const { team, promotion } = await active({ validation: { checklist: [orders, orders] } })
    for (const left of [1, 0]) {
      const { missing } = await done(api, team, promotion, 'confirm', { body: { check: orders } })
      expect(missing).toHaveLength(left)
    }
    expect((await refused(api, team, promotion, 'confirm', { body: { check: orders } }))[1]).toBe(
      'illegal-state',
    )
    expect((await done(api, team, promotion, 'complete')).state).toBe('live')
  })

  test('until it has soaked as long as the plan says', async () => {
    const { team, promotion } = await active({ validation: { checklist: [orders], soak: 'PT2S' } })
    const { soakUntil } = await done(api, team, promotion, 'confirm', { body: { check: orders } })
    if (soakUntil === null) throw new Error('it should soak')
    const early = await refused(api, team, promotion, 'complete')
    expect(early.slice(0, 2)).toEqual([409, 'illegal-state'])
    expect(early[2]).toBe(`It does not go live yet. It soaks until ${soakUntil}.`)
    await expect
      .poll(async () => (await rolloutOf(api, team, promotion)).missing, { timeout: 10_000, interval: 100 })
      .toEqual([])
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(soakUntil))
    expect((await done(api, team, promotion, 'complete')).state).toBe('live')
  })

  test('by a person also where the plan activated it, which reaches active at most', async () => {
    const { team, promotion } = await landed({ activation: 'automatic', manifest: 'info' })
    await expect
      .poll(async () => (await rolloutOf(api, team, promotion)).state, { timeout: 10_000 })
      .toBe('active')
    const live = await done(api, team, promotion, 'complete')
    expect(live).toMatchObject({ state: 'live', basis: { by: 'plan' }, validation: null })
  })
})

describe('a rollout refuses', () => {
  test('to be confirmed, completed or rolled back before it is in use', async () => {
    const { team, promotion } = await landed({ validation: { checklist } })
    const tries = [
      ['confirm', { body: { check: orders } }],
      ['complete', {}],
      ['rollback', { body: { reason: 'Orders are lost' } }],
    ] as const
    for (const [act, asked] of tries) {
      expect((await refused(api, team, promotion, act, asked)).slice(0, 2)).toEqual([409, 'illegal-state'])
    }
    expect((await rolloutOf(api, team, promotion)).state).toBe('pending_activation')
  })

  test('everything once it is live', async () => {
    const { team, promotion } = await active({})
    await done(api, team, promotion, 'complete')
    const tries = [
      ['activate', {}],
      ['complete', {}],
      ['rollback', { body: { reason: 'Orders are lost' } }],
    ] as const
    for (const [act, asked] of tries) {
      const [status, code, detail] = await refused(api, team, promotion, act, asked)
      expect([status, code]).toEqual([409, 'illegal-state'])
      expect(detail).toContain('The rollout is live')
    }
  })

  test('who saw another state, or says nothing of what they saw', async () => {
    const { team, promotion } = await active({})
    const body = { reason: 'Orders are lost' }
    for (const act of ['complete', 'rollback'] as const) {
      const stale = { seen: '"pending_activation"', ...(act === 'rollback' ? { body } : {}) }
      expect((await refused(api, team, promotion, act, stale)).slice(0, 2)).toEqual([
        412,
        'precondition-failed',
      ])
    }
    const key = team.people.anna.keys.production ?? ''
    const path = `/v1/promotions/${promotion.id}/rollout/complete`
    expect((await api.request(path, { key, method: 'POST' })).status).toBe(428)
    expect((await rolloutOf(api, team, promotion)).state).toBe('active')
  })

  test('who is no engineer of production, and a key of staging', async () => {
    const { team, promotion } = await active({ validation: { checklist } })
    const { ben, requester } = team.people
    for (const key of [ben.keys.production ?? '', requester.keys.staging ?? '']) {
      expect((await refused(api, team, promotion, 'complete', { key }))[1]).toBe('forbidden')
      const asked = { key, body: { check: orders } }
      expect((await refused(api, team, promotion, 'confirm', asked))[1]).toBe('forbidden')
    }
  })

  test('a service account, which may activate', async () => {
    const { team, promotion } = await landed({ validation: { checklist: [orders] } })
    const { owner, anna } = team.people
    const account = await api.expectStatus<{ id: string }>(201, `/v1/organizations/${team.id}/people`, {
      key: owner.keys.organization,
      body: { kind: 'service', name: 'deploys', owner: anna.id },
    })
    await api.expectStatus(200, `/v1/environments/${team.environments.production}/members/${account.id}`, {
      key: owner.keys.organization,
      method: 'PUT',
      body: { role: 'engineer' },
    })
    const { secret: key } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: anna.keys.organization,
      body: { name: 'deploys', environment: team.environments.production, account: account.id },
    })
    expect((await done(api, team, promotion, 'activate', { key })).state).toBe('active')
    for (const [act, body] of [['confirm', { check: orders }], ['complete']] as const) {
      const answer = await refused(api, team, promotion, act, {
        key,
        ...(body === undefined ? {} : { body }),
      })
      expect(answer).toEqual([403, 'forbidden', 'A service account never does this.'])
    }
  })
})

test('what is asked again by the same key gets the same answer', async () => {
  const { team, promotion } = await active({ validation: { checklist: [orders] } })
  const asked = { body: { check: orders }, idempotencyKey: randomUUID() }
  for (const replayed of [null, 'true']) {
    const answer = await askOf(api, team, promotion, 'confirm', asked)
    expect([answer.status, answer.headers.get('Idempotent-Replayed')]).toEqual([200, replayed])
  }
  const other = { ...asked, body: { check: nobody } }
  expect((await refused(api, team, promotion, 'confirm', other)).slice(0, 2)).toEqual([
    422,
    'idempotency-key-reused',
  ])
})
