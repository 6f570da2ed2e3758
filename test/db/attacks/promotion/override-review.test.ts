import { beforeAll, describe, expect, test } from 'vitest'
import { loginRoles } from '../../../../src/db/roles.ts'
import type { PersonId } from '../../../../src/domain/identifiers.ts'
import { openStores } from '../../../support/stores.ts'
import { askToDecide, decideOn, decisionRow, reviewRow } from '../approval.ts'
import { attack, deniedOn, refusedBy, tryAs } from '../attack.ts'
import { as, breakGlass, newWorld, type PersonName, policyOf, policySteps, type World } from '../fixture.ts'
import type { Row } from '../session.ts'
import { type Planned, plannedPromotion, putCommand } from '../story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

interface Overridden {
  readonly planned: Planned
  readonly review: string
}

/** A promotion for which approver one stood in. */
async function overridden(within: World = world): Promise<Overridden> {
  const planned = await plannedPromotion(within)
  return { planned, review: await decideOn(planned, within.approverOne, 1, { verdict: 'override' }) }
}

function askToReview(review: string, person: string, asked: Row = {}): Promise<string> {
  const given = { kind: 'review-override', stream: review, streamKind: 'review', ...asked }
  return as(world, 'api', (session) => putCommand(session, person, given))
}

async function outcomeRow({ planned, review }: Overridden, person: PersonId, change: Row = {}): Promise<Row> {
  return {
    review,
    overridden_by: world.approverOne,
    contributors: planned.plan.contributors,
    person,
    outcome: 'upheld',
    comment_text: world.text,
    command: await askToReview(review, person),
    ...change,
  }
}

const asWorker = (work: Parameters<typeof attack>[1]) =>
  attack({ stores, login: 'worker_control', organization: world.organization }, work)
const reviewing = (row: Row) => asWorker((session) => session.put('override_review_outcome', row))

describe('the review of an override', () => {
  test.each<[string, PersonName, string]>([
    ['the one who stood in', 'approverOne', 'reviewer_is_somebody_else'],
    ['the requester', 'requester', 'reviewer_contributed_nothing'],
    ['an editor', 'editor', 'reviewer_contributed_nothing'],
  ])('is not by %s', async (_, name, because) => {
    const about = await overridden()
    expect(await reviewing(await outcomeRow(about, world[name]))).toEqual(refusedBy('23514', because))
  })

  test('does not name another person as the one who stood in, or fewer contributors', async () => {
    const about = await overridden()
    const key = 'override_review_outcome_organization_review_overridden_by__fkey'
    const own = await outcomeRow(about, world.approverOne, { overridden_by: world.approverTwo })
    expect(await reviewing(own)).toEqual(refusedBy('23503', key))
    const requesters = await outcomeRow(about, world.requester, { contributors: [world.editor] })
    expect(await reviewing(requesters)).toEqual(refusedBy('23503', key))
  })

  test.each<[string, (about: Overridden) => Promise<string>]>([
    ['a command of another kind', ({ review }) => askToReview(review, world.approverTwo, { kind: 'decide' })],
    ['a command to the promotion', ({ planned }) => askToDecide(planned, world.approverTwo)],
    [
      'a command about another override',
      async () => askToReview((await overridden()).review, world.approverTwo),
    ],
  ])('does not rest on %s', async (_, give) => {
    const about = await overridden()
    const row = await outcomeRow(about, world.approverTwo, { command: await give(about) })
    expect(await reviewing(row)).toEqual(refusedBy('23514', 'review_rests_on_its_command'))
  })

  test('does not rest on what somebody else asked, or a service account', async () => {
    const about = await overridden()
    const others = await askToReview(about.review, world.outsider)
    const byOthers = await outcomeRow(about, world.approverTwo, { command: others })
    expect(await reviewing(byOthers)).toEqual(refusedBy('23514', 'review_rests_on_its_command'))
    const second = await overriddenByTwo()
    const account = await askToReview(second.review, world.approverOne, { actor: world.serviceAccount })
    const byAccount = {
      ...(await outcomeRow(second, world.approverOne, { command: account })),
      overridden_by: world.approverTwo,
    }
    expect(await reviewing(byAccount)).toEqual(refusedBy('23514', 'review_rests_on_its_command'))
  })

  test('does not rest on a key that was revoked meanwhile', async () => {
    const other = await newWorld(stores)
    const about = await overridden(other)
    const command = await as(other, 'api', (session) =>
      putCommand(session, other.approverTwo, {
        kind: 'review-override',
        stream: about.review,
        streamKind: 'review',
      }),
    )
    await as(other, 'api', (session) =>
      session.query('UPDATE api_key SET revoked_at = clock_timestamp() WHERE id = $1', [other.approverTwo]),
    )
    const row = {
      review: about.review,
      overridden_by: other.approverOne,
      contributors: about.planned.plan.contributors,
      person: other.approverTwo,
      outcome: 'upheld',
      comment_text: other.text,
      command,
    }
    const { organization } = other
    const trial = await attack({ stores, login: 'worker_control', organization }, (session) =>
      session.put('override_review_outcome', row),
    )
    expect(trial).toEqual(refusedBy('23514', 'asked_with_a_standing_key'))
  })

  test('is somebody else’s, once', async () => {
    const about = await overridden()
    const row = await outcomeRow(about, world.approverTwo)
    expect(await reviewing(row)).toMatchObject({ outcome: 'accepted', changed: true })
    const again = await outcomeRow(about, world.outsider, { outcome: 'objected' })
    expect(await reviewing(again)).toEqual(refusedBy('23505', 'override_review_outcome_pkey'))
  })

  test.each(loginRoles.filter((login) => login !== 'worker_control'))(
    'is not recorded by %s',
    async (login) => {
      const row = await outcomeRow(await overridden(), world.approverTwo)
      const { organization } = world
      const trial = await attack({ stores, login, organization }, (session) =>
        session.put('override_review_outcome', row),
      )
      expect(trial).toEqual(deniedOn('override_review_outcome'))
    },
  )
})

/** A promotion for which approver two stood in. */
async function overriddenByTwo(): Promise<Overridden> {
  const planned = await plannedPromotion(world)
  return { planned, review: await decideOn(planned, world.approverTwo, 1, { verdict: 'override' }) }
}

describe('nobody stands in', () => {
  async function overriding(planned: Planned, change: Row | null): Promise<unknown> {
    const command = await askToDecide(planned, world.approverOne, 'override')
    const row = { ...decisionRow(planned, world.approverOne, 1, command), verdict: 'override' }
    return asWorker(async (session) => {
      await session.put('decision', row)
      if (change !== null) await session.put('override_review', { ...reviewRow(planned, row), ...change })
    })
  }

  test('without a review', async () => {
    expect(await overriding(await plannedPromotion(world), null)).toEqual(
      refusedBy('23514', 'override_comes_with_its_review'),
    )
  })

  test.each<[string, Row]>([
    ['for another group than the policy names', { break_glass_group: 'everybody' }],
    ['with more time for the review than the policy gives', { review_within: 'P9999D' }],
  ])('%s', async (_, change) => {
    expect(await overriding(await plannedPromotion(world), change)).toEqual(
      refusedBy('23514', 'override_as_the_policy_says'),
    )
  })

  test.each(['due_at', 'opened_at', 'state'])('and chooses %s', async (column) => {
    const value = column === 'state' ? 'reviewed' : new Date(Date.now() + 1e12)
    expect(await overriding(await plannedPromotion(world), { [column]: value })).toEqual(
      deniedOn('override_review'),
    )
  })

  test('and has somebody else reviewed in their place', async () => {
    expect(await overriding(await plannedPromotion(world), { person: world.approverTwo })).toMatchObject({
      outcome: 'refused',
      code: '23503',
      changed: false,
    })
  })

  test('where the policy lets nobody', async () => {
    const strict = await newWorld(stores)
    await stores.superuser('control').query(
      `BEGIN; SET LOCAL session_replication_role = replica; ALTER TABLE policy DISABLE TRIGGER ALL;
       UPDATE policy SET document = '\\x${Buffer.from(policyOf(policySteps, {})).toString('hex')}'
       WHERE organization = '${strict.organization}'; ALTER TABLE policy ENABLE TRIGGER ALL; COMMIT`,
    )
    const planned = await plannedPromotion(strict)
    await expect(decideOn(planned, strict.approverOne, 1, { verdict: 'override' })).rejects.toMatchObject({
      constraint: 'override_as_the_policy_says',
    })
  })
})

describe('the deadline of a review', () => {
  const deadline = async (review: string) => {
    const { rows } = await stores
      .superuser('control')
      .query("SELECT due_at - opened_at > interval '47:59:59' AS long FROM override_review WHERE id = $1", [
        review,
      ])
    return rows
  }
  const setting = (review: string, change: string) =>
    asWorker((session) => session.query(`UPDATE override_review SET ${change} WHERE id = $1`, [review]))

  test('is what the policy gives, from the moment of the override on', async () => {
    expect(breakGlass.reviewWithin).toBe('P2D')
    expect(await deadline((await overridden()).review)).toEqual([{ long: true }])
  })

  test('is not moved', async () => {
    const { review } = await overridden()
    expect(await setting(review, "due_at = due_at + interval '1 day'")).toEqual(deniedOn('override_review'))
    const byOwner = await tryAs({ stores, login: 'owner', organization: world.organization }, (session) =>
      session.query("UPDATE override_review SET due_at = due_at + interval '1 day' WHERE id = $1", [review]),
    )
    expect(byOwner).toMatchObject({
      outcome: 'refused',
      because: 'what is to be reviewed is not changed afterwards',
    })
  })

  test('is not missed before it has passed, and no review is over without its outcome', async () => {
    const about = await overridden()
    const refused = refusedBy('23514', 'review_advances_by_what_happened')
    for (const state of ['overdue', 'reviewed', 'pending']) {
      expect(await setting(about.review, `state = '${state}'`)).toEqual(refused)
    }
    await reviewing(await outcomeRow(about, world.approverTwo))
    expect(await setting(about.review, "state = 'reviewed'")).toMatchObject({ outcome: 'accepted' })
    for (const state of ['overdue', 'pending', 'reviewed']) {
      expect(await setting(about.review, `state = '${state}'`)).toEqual(refused)
    }
  })

  test('goes with its review, which nobody removes', async () => {
    const { review } = await overridden()
    for (const login of ['owner', 'superuser'] as const) {
      const trial = await attack({ stores, login, organization: world.organization }, (session) =>
        session.query('DELETE FROM override_review WHERE id = $1', [review]),
      )
      expect(trial).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    }
  })
})
