import { describe, expect, test } from 'vitest'
import type { PromotionId } from '../../../src/domain/identifiers.ts'
import { openDeployment } from '../../support/deployment.ts'
import { setPolicy } from '../../support/policies.ts'
import { type Name, openRoom, type Promotion, type Room, refusal, ruleWith, step } from './approving.ts'

const api = await openDeployment()

const draft = { draft: true }

async function drafted() {
  const room = await openRoom(api)
  const asset = await room.newAsset()
  const promotion = await room.ask(draft, [asset])
  return { room, asset, promotion }
}

const fromStaging = ({ call }: Room, name: Name, path: string) => call(name, path, { door: 'staging' })

async function seenBy(
  room: Room,
  name: Name,
  { id }: { readonly id: PromotionId },
  door: 'production' | 'organization',
) {
  const one = await room.call(name, `/v1/promotions/${id}`, { door })
  const list = await room.call(name, '/v1/promotions', { door })
  const { data } = (await list.json()) as { data: { id: string }[] }
  return { status: one.status, listed: data.some((each) => each.id === id) }
}

const unseen = { status: 404, listed: false }

describe('a draft', () => {
  test('is planned by nobody and holds nothing: another promotion of the same asset goes its way', async () => {
    const { room, asset, promotion } = await drafted()
    expect([promotion.state, promotion.planDigest, await room.held(promotion)]).toEqual(['draft', null, []])
    const other = await room.ask({}, [asset])
    expect(other.state).toBe('awaiting_approval')
  })

  test('is seen by its source, and by nobody through another key', async () => {
    const { room, promotion } = await drafted()
    for (const name of ['anna', 'requester', 'owner'] as const) {
      expect(await seenBy(room, name, promotion, 'production')).toEqual(unseen)
    }
    expect(await seenBy(room, 'owner', promotion, 'organization')).toEqual(unseen)
    expect((await fromStaging(room, 'editor', `/v1/promotions/${promotion.id}`)).status).toBe(200)
    const list = await fromStaging(room, 'editor', '/v1/promotions')
    expect(await list.json()).toMatchObject({ data: [{ id: promotion.id, state: 'draft' }] })
  })

  test.each(['plan', 'eligible', 'comments', 'timeline', 'rollout'])(
    'tells nobody in the destination its %s',
    async (part) => {
      const { room, promotion } = await drafted()
      const path = `/v1/promotions/${promotion.id}/${part}`
      expect(await refusal(room.call('anna', path))).toEqual([404, 'not-found'])
    },
  )

  test('is decided, scheduled or stopped by nobody', async () => {
    const { room, promotion } = await drafted()
    const { act, vote, override } = room
    const late = act('anna', promotion, 'schedule', { body: { notBefore: null } })
    const stopped = act('erik', promotion, 'abort', { body: { reason: 'No' } })
    for (const answer of [vote('anna', promotion), override('dora', promotion), late, stopped]) {
      expect((await answer).status).toBeGreaterThanOrEqual(404)
    }
    expect(await room.story(promotion)).toEqual([])
  })

  test('that was withdrawn never told anybody', async () => {
    const { room, promotion } = await drafted()
    const withdrawn = await room.act('editor', promotion, 'withdraw', {
      door: 'staging',
      body: { reason: 'Not needed' },
    })
    expect(((await withdrawn.json()) as Promotion).state).toBe('withdrawn')
    expect(await seenBy(room, 'anna', promotion, 'production')).toEqual(unseen)
  })
})

const submit = ({ act }: Room, promotion: Promotion, name: Name = 'requester') =>
  act(name, promotion, 'submit', { door: 'staging', headers: { Prefer: 'wait=20' } })

test('a draft that is submitted takes its assets, is planned, and is there for everybody to decide', async () => {
  const { room, asset, promotion } = await drafted()
  const submitted = (await (await submit(room, promotion)).json()) as Promotion
  expect(submitted.state).toBe('awaiting_approval')
  expect(await room.held(promotion)).toEqual([asset.id])
  expect(await seenBy(room, 'owner', promotion, 'organization')).toEqual({ status: 200, listed: true })
  await room.approve(submitted, 'anna', 'ben')
  await room.reach(submitted, 'promoted')
})

test('a draft is submitted once', async () => {
  const { room, promotion } = await drafted()
  const answers = await Promise.all([submit(room, promotion), submit(room, promotion, 'editor')])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect((await room.story(promotion)).filter((type) => type === 'submitted')).toHaveLength(1)
})

test('a draft of what another promotion holds stays one until that has ended', async () => {
  const { room, asset, promotion } = await drafted()
  const other = await room.ask({}, [asset])
  expect(await refusal(submit(room, promotion))).toEqual([409, 'promotion-open'])
  expect((await room.vote('anna', other, 'reject')).status).toBe(201)
  expect((await submit(room, promotion)).status).toBe(200)
})

test('who drafted what somebody else submitted may not decide on it', async () => {
  const { room, promotion } = await drafted()
  const submitted = (await (await submit(room, promotion, 'editor')).json()) as Promotion
  expect(await refusal(room.vote('requester', submitted))).toEqual([403, 'contributor-may-not-decide'])
})

test('a draft that was kept until the policy changed is no way around the new one', async () => {
  const { room, promotion } = await drafted()
  const { people, organization, environments, administer } = room
  await administer('PUT', `/v1/organizations/${organization.id}/members/${people.erik.id}`, { role: 'admin' })
  const stricter = ruleWith({ steps: [step(3)] })
  await setPolicy(api, environments.production, { rules: [stricter] }, [people.owner, people.erik])
  expect(await refusal(submit(room, promotion))).toEqual([409, 'illegal-state'])
  expect(await room.held(promotion)).toEqual([])
})
