import { beforeEach, describe, expect, test } from 'vitest'
import type { LoginRole } from '../../../../src/db/rights/right.ts'
import type { JsonValue } from '../../../../src/domain/json.ts'
import type { Plan } from '../../../../src/domain/plan/plan.ts'
import { canonicalBytes } from '../../../../src/trust/canonical.ts'
import { openStores } from '../../../support/stores.ts'
import { attack, deniedOn, foreignRow, refusedBy } from '../attack.ts'
import { as, newWorld, policyOf, policySteps, type World } from '../fixture.ts'
import type { Row, Session, Speaker } from '../session.ts'
import { freeze, type Promotion, planOf, planPromotion, requestPromotion } from '../story.ts'

const stores = await openStores()
const checks = [{ name: 'licence', url: 'https://checks.example/', deadline: 'PT5S' }]
let world: World
let promotion: Promotion

beforeEach(async () => {
  world = await newWorld(stores)
  await as(world, 'api', (session) =>
    session.put('policy', {
      environment: world.production,
      version: 2,
      document: policyOf(policySteps, { checks }),
      proposed_by: world.owner,
    }),
  )
  promotion = await freeze(await requestPromotion(world, 2))
})

const outcome = (value: JsonValue = { kind: 'answered', findings: [] }) => canonicalBytes(value)
const answer = (more: Row = {}): Row => ({
  promotion: promotion.id,
  revision: 1,
  rule: 1,
  name: 'licence',
  outcome: outcome(),
  ...more,
})
const trying = (login: Speaker, work: (session: Session) => Promise<unknown>) =>
  attack({ stores, login, organization: world.organization }, work)
const storing = (more: Row = {}, login: Speaker = 'worker_control') =>
  trying(login, (session) => session.put('check_answer', answer(more)))
const store = (more: Row = {}) =>
  as(world, 'worker_control', (session) => session.put('check_answer', answer(more)))

const others: readonly LoginRole[] = [
  'api',
  'worker_staging',
  'worker_development',
  'worker_production',
  'signer',
  'auditor',
]

describe('what a check answered', () => {
  test.each(others)('is neither stored nor read by %s', async (login) => {
    await store()
    expect(await storing({ name: 'other' }, login)).toEqual(deniedOn('check_answer'))
    expect(await trying(login, (session) => session.query('SELECT FROM check_answer'))).toEqual(
      deniedOn('check_answer'),
    )
  })

  test('is stored once', async () => {
    await store()
    expect(await storing()).toEqual(refusedBy('23505', 'check_answer_pkey'))
  })

  test.each(['DELETE FROM check_answer', 'TRUNCATE check_answer', "UPDATE check_answer SET name = 'x'"])(
    'stays as it is: %s, whoever asks',
    async (change) => {
      await store()
      const verb = change.split(' ')[0]?.toLowerCase()
      const tried = (login: Speaker) => trying(login, (session) => session.query(change))
      expect(await tried('worker_control')).toEqual(deniedOn('check_answer'))
      const kept = refusedBy('42501', `check_answer keeps its rows: ${verb} is refused`)
      expect(await tried('owner')).toEqual(kept)
      expect(await tried('superuser')).toEqual(kept)
    },
  )

  test('is of a check that the policy of the promotion names in that rule', async () => {
    const refused = refusedBy('23514', 'check_answer_of_a_named_check')
    expect(await storing({ name: 'another' })).toEqual(refused)
    expect(await storing({ rule: 2 })).toEqual(refused)
    const plain = await requestPromotion(world, 1)
    expect(await storing({ promotion: plain.id })).toEqual(refused)
  })

  test('is about a revision that somebody asked for', async () => {
    expect(await storing({ revision: 2 })).toEqual(refusedBy('23514', 'check_answer_of_an_asked_revision'))
  })

  test('comes before the plan', async () => {
    await store()
    await as(world, 'worker_control', async (session) => {
      const plan = canonicalBytes(planOf(promotion))
      await session.put('plan_draft', { promotion: promotion.id, revision: 1, plan })
    })
    expect(await storing()).toEqual(refusedBy('23514', 'check_answer_before_the_plan'))
  })

  test('has the moment that the database says', async () => {
    expect(await storing({ answered_at: new Date('2020-01-01') })).toEqual(deniedOn('check_answer'))
    await trying('owner', (session) =>
      session.put('check_answer', answer({ answered_at: new Date('2020-01-01') })),
    )
    const { rows } = await stores
      .superuser('control')
      .query(
        "SELECT answered_at > now() - interval '1 minute' AS lately FROM check_answer WHERE promotion = $1",
        [promotion.id],
      )
    expect(rows).toEqual([{ lately: true }])
  })

  test.each<[string, Uint8Array]>([
    ['no JSON', Buffer.from('fine')],
    ['a list', outcome([])],
    ['nothing that is known', outcome({ kind: 'skipped' })],
    ['findings that are none', outcome({ kind: 'answered', findings: 'none' })],
    ['no findings', outcome({ kind: 'answered' })],
    ['no reason', outcome({ kind: 'unanswered' })],
    ['more than an answer holds', outcome({ kind: 'unanswered', detail: 'x'.repeat(262_144) })],
  ])('says one thing, and not %s', async (_, bytes) => {
    expect(await storing({ outcome: bytes })).toEqual(refusedBy('23514', 'check_answer_says_one_thing'))
  })

  test('belongs to the organization that the transaction speaks for', async () => {
    const other = await newWorld(stores)
    const foreign = await attack(
      { stores, login: 'worker_control', organization: other.organization },
      (session) => session.put('check_answer', answer({ organization: world.organization })),
    )
    expect(foreign).toMatchObject({ outcome: 'refused', changed: false })
    await store()
    const seen = await attack(
      { stores, login: 'worker_control', organization: other.organization },
      (session) => session.query('SELECT FROM check_answer'),
    )
    expect(seen).toEqual({ outcome: 'accepted', result: [], changed: false })
  })
})

describe('a plan goes to people only', () => {
  const plan = (): Plan => ({ ...planOf(promotion), policy: { version: 2, rule: 1 } })
  const planning = (planned: Plan) => planPromotion(promotion, planned)
  const blocked = (): Plan => ({
    ...plan(),
    findings: promotion.items.map(({ asset }) => ({
      rule: 'external-check-unanswered',
      severity: 'blocker',
      asset,
      pointer: '',
      message: 'It was away.',
      acknowledged: false,
      justification: null,
    })),
  })
  const refused = { constraint: 'plan_rests_on_answered_checks' }

  test('once every check of its rule was asked', async () => {
    await expect(planning(plan())).rejects.toMatchObject(refused)
    await planning(blocked())
  })

  test('with an answer that counts', async () => {
    await store({ outcome: outcome({ kind: 'unanswered', detail: 'It was away.' }) })
    await expect(planning(plan())).rejects.toMatchObject(refused)
    await planning(blocked())
  })

  test('where no check said that something blocks', async () => {
    const finding = { severity: 'blocker', asset: null, pointer: '', message: 'Not licensed.' }
    await store({ outcome: outcome({ kind: 'answered', findings: [finding] }) })
    await expect(planning(plan())).rejects.toMatchObject(refused)
    await planning(blocked())
  })

  test('and then it does', async () => {
    await store()
    const planned = await planning(plan())
    expect(planned.plan.findings).toEqual([])
  })
})

describe('the key that checks know an organization by', () => {
  const kid = '0'.repeat(32)
  const publicKey = `whpk_${Buffer.alloc(32).toString('base64')}`
  const publishing = (login: Speaker, more: Row = {}) =>
    trying(login, (session) => session.put('check_key', { kid, public_key: publicKey, ...more }))

  test.each(others)('is published by control’s worker and not by %s', async (login) => {
    expect(await publishing(login)).toEqual(deniedOn('check_key'))
  })

  test('is the public half of one, and of the organization that is spoken for', async () => {
    expect(await publishing('worker_control', { public_key: publicKey.replace('whpk_', 'whsk_') })).toEqual(
      refusedBy('23514', 'check_key_public_key_check'),
    )
    const other = await newWorld(stores)
    expect(await publishing('worker_control', { organization: other.organization })).toEqual(
      foreignRow('check_key'),
    )
    expect(await publishing('worker_control')).toMatchObject({ outcome: 'accepted' })
  })

  test.each(['DELETE FROM check_key', 'UPDATE check_key SET public_key = public_key'])(
    'stays: %s',
    async (change) => {
      await publishing('worker_control')
      expect(await trying('worker_control', (session) => session.query(change))).toEqual(
        deniedOn('check_key'),
      )
      expect(await trying('superuser', (session) => session.query(change))).toMatchObject({ code: '42501' })
    },
  )
})
