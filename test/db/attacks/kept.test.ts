import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { loginRoles } from '../../../src/db/roles.ts'
import { openStores } from '../../support/stores.ts'
import { authorizedPromotion, decideOn, receive } from './approval.ts'
import { attack, everything, refusedBy, tryAs } from './attack.ts'
import { as, newWorld, type World } from './fixture.ts'
import { plannedPromotion, putCommand } from './story.ts'
import { approveBySystem, plannedWithSystem, policyWithSystem } from './verdicts.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
  const planned = await authorizedPromotion(world)
  await receive(planned)
  const { id: promotion } = planned
  const { requester: person, text } = world
  await as(world, 'api', (session) =>
    session.put('promotion_comment', { id: uuidv7(), promotion, person, actor: person, comment_text: text }),
  )
  const overridden = await plannedPromotion(world)
  const review = await decideOn(overridden, world.approverOne, 1, { verdict: 'override' })
  const command = await as(world, 'api', (session) =>
    putCommand(session, world.owner, { kind: 'review-override', stream: review, streamKind: 'review' }),
  )
  await as(world, 'worker_control', (session) =>
    session.put('override_review_outcome', {
      ...{ review, command, person: world.owner, outcome: 'objected', comment_text: text },
      ...{ overridden_by: world.approverOne, contributors: overridden.plan.contributors },
    }),
  )
  await policyWithSystem(world)
  await approveBySystem(await plannedWithSystem(world))
  await as(world, 'worker_control', async (session) => {
    const stream = { stream_kind: 'promotion', stream: promotion, command: uuidv7() }
    await session.put('stream_event', {
      ...stream,
      seq: 1,
      type: 'preflight-started',
      data: Buffer.from('{}'),
    })
    await session.put('answer', { ...stream, outcome: 'accepted', code: 'preflight-started', detail: '' })
  })
})

/** Tables whose rows are never changed and never go, each with a change that would do harm. */
const kept: Readonly<Record<string, string>> = {
  promotion_pin: 'version = version + 1',
  promotion_snapshot: 'editors = ARRAY[gen_random_uuid()]',
  plan_draft: "plan = '{}'",
  promotion_revision: 'contributors = ARRAY[requester]',
  promotion_item: 'rendered_digest = source_digest',
  promotion_step: 'required = 9',
  decision: "verdict = 'reject'",
  authorization: "kind = 'override'",
  override_review_outcome: "outcome = 'upheld'",
  verdict_envelope: "envelope = '{}'",
  external_verdict: "verdict = 'rejected'",
  receipt: 'landed_version = 9',
  production_grant: "purpose = 'activate'",
  production_grant_fence: 'fence = 9',
  command: 'person = gen_random_uuid()',
  stream_event: 'data = \'{"forged":true}\'',
  answer: "outcome = 'refused'",
  promotion_comment: 'comment_text = gen_random_uuid()',
  policy: "document = '{}'",
  asset_type: "definition = '{}'",
  log_entry: "type = 'forged'",
  log_node: "hash = sha256('forged')",
  log_head: "root = sha256('forged')",
  content: "bytes = 'forged'",
  erasable_text: "text = 'forged'",
}
const blankable = ['content', 'erasable_text']
const acts = Object.entries(kept).flatMap(([table, change]) => [
  { table, act: `UPDATE "${table}" SET ${change}` },
  { table, act: `DELETE FROM "${table}"` },
  { table, act: `TRUNCATE "${table}" CASCADE` },
])

test('every table that keeps its rows has some', async () => {
  for (const table of Object.keys(kept)) {
    const { rowCount } = await stores.superuser('control').query(`SELECT FROM "${table}" LIMIT 1`)
    expect([table, rowCount]).toEqual([table, 1])
  }
})

test.each(loginRoles)('no kept row is changed, deleted or truncated by %s', async (login) => {
  const before = await everything(stores, 'control')
  for (const { table, act } of acts) {
    const trial = await tryAs({ stores, login, organization: world.organization }, ({ query }) => query(act))
    // The API may erase, which takes two people; the trigger refuses it every other change.
    const mayErase = login === 'api' && act.startsWith('UPDATE "content"')
    const because = mayErase
      ? 'content comes with its bytes and may only be erased'
      : `permission denied for table ${table}`
    expect([act, trial]).toEqual([act, { outcome: 'refused', code: '42501', because }])
  }
  expect(await everything(stores, 'control')).toEqual(before)
})

test.each(['owner', 'superuser', 'replica'])('nor by the %s, for whom triggers refuse it', async (who) => {
  const login = who === 'owner' ? 'owner' : 'superuser'
  const before = await everything(stores, 'control')
  for (const { act } of acts) {
    const trial = await tryAs({ stores, login, organization: world.organization }, async ({ query }) => {
      if (who === 'replica') await query('SET LOCAL session_replication_role = replica')
      await query(act)
    })
    // A decision is refused by the rule about withdrawing; everything else because it is kept.
    const code = act.startsWith('UPDATE "decision"') ? '23514' : '42501'
    expect([act, trial]).toMatchObject([act, { outcome: 'refused', code }])
    expect([act, trial]).not.toMatchObject([act, { because: expect.stringMatching(/^permission denied/) }])
  }
  expect(await everything(stores, 'control')).toEqual(before)
})

test.each(loginRoles)('%s does not turn the rules off', async (login) => {
  const before = await everything(stores, 'control')
  for (const act of [
    'SET LOCAL session_replication_role = replica',
    'ALTER TABLE decision DISABLE TRIGGER ALL',
    'ALTER TABLE decision NO FORCE ROW LEVEL SECURITY',
    'SET ROLE owner',
    'SET ROLE across_organizations',
    'SET SESSION AUTHORIZATION migrator',
    'CREATE TABLE own (mine integer)',
    'CREATE TEMPORARY TABLE own (mine integer)',
  ]) {
    const { organization } = world
    const trying = await tryAs({ stores, login, organization }, (session) => session.query(act))
    expect([act, trying]).toMatchObject([act, { outcome: 'refused', code: '42501' }])
  }
  expect(await everything(stores, 'control')).toEqual(before)
})

describe('erasing', () => {
  const erasing = (text: string, login: 'owner' | 'superuser' = 'superuser') =>
    attack({ stores, login, organization: world.organization }, (session) => session.query(text))

  test('blanks content for good: the same bytes do not come back', async () => {
    const [row] = (await stores.superuser('control').query('SELECT digest, bytes FROM content LIMIT 1')).rows
    await stores.superuser('control').query('UPDATE content SET bytes = NULL WHERE digest = $1', [row.digest])
    const again = attack({ stores, login: 'worker_control', organization: world.organization }, (session) =>
      session.put('content', { digest: row.digest, bytes: row.bytes }),
    )
    expect(await again).toEqual(refusedBy('23505', 'content_pkey'))
    const quietly = attack({ stores, login: 'worker_control', organization: world.organization }, (session) =>
      session.query('INSERT INTO content VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        world.organization,
        row.digest,
        row.bytes,
      ]),
    )
    expect(await quietly).toEqual({ outcome: 'accepted', result: [], changed: false })
    const back = attack({ stores, login: 'superuser', organization: world.organization }, (session) =>
      session.query('UPDATE content SET bytes = $2 WHERE digest = $1', [row.digest, row.bytes]),
    )
    expect(await back).toEqual(refusedBy('42501', 'content comes with its bytes and may only be erased'))
  })

  test('does not make room for another text', async () => {
    const { text: id } = world
    const blank = `UPDATE erasable_text SET text = NULL, salt = NULL WHERE id = '${id}'`
    expect(await erasing(blank)).toMatchObject({ outcome: 'accepted', changed: true })
    expect(
      await erasing(`UPDATE erasable_text SET text = 'x', salt = $$${'s'.repeat(16)}$$ WHERE id = '${id}'`),
    ).toEqual(refusedBy('42501', 'a text may only be erased'))
  })

  test.each(blankable)('is nothing that a login may do to %s', async (table) => {
    const column = table === 'content' ? 'bytes' : 'text'
    for (const login of loginRoles) {
      const trying = attack({ stores, login, organization: world.organization }, (session) =>
        session.query(`UPDATE ${table} SET ${column} = NULL`),
      )
      const because =
        login === 'api' && table === 'content'
          ? 'content is erased only by two people'
          : `permission denied for table ${table}`
      expect(await trying).toEqual(refusedBy('42501', because))
    }
  })
})

test.each(['api', 'worker_control', 'worker_staging'] as const)(
  '%s stores no content under a digest that is not its own, and none without bytes',
  async (login) => {
    for (const [bytes, reason] of [
      [Buffer.from('other'), refusedBy('23514', 'content_check')],
      [null, refusedBy('42501', 'content comes with its bytes and may only be erased')],
    ] as const) {
      const trying = attack({ stores, login, organization: world.organization }, (session) =>
        session.put('content', { digest: Buffer.alloc(32, 1), bytes }),
      )
      expect(await trying).toEqual(reason)
    }
  },
)
