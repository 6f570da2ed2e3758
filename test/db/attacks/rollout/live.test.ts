import { beforeEach, describe, expect, test } from 'vitest'
import { refusalOfConstraint } from '../../../../src/services/stories/constraint-refusals.ts'
import { openStores } from '../../../support/stores.ts'
import { attack, deniedOn, refusedBy } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import type { Planned } from '../story.ts'
import {
  activeRollout,
  askOf,
  confirm,
  confirmationOf,
  grantOf,
  pendingRollout,
  putRules,
} from './active-rollout.ts'

const stores = await openStores()
let world: World

const accepted = { outcome: 'accepted', changed: true }
const bothWriters = ['worker_control', 'superuser'] as const
type Writer = (typeof bothWriters)[number]

beforeEach(async () => {
  world = await newWorld(stores)
  await putRules(world)
})

function writing(login: Writer, text: string, values: readonly unknown[]) {
  return attack({ stores, login, organization: world.organization }, (session) => session.query(text, values))
}

function confirming(login: Writer, row: object) {
  return attack({ stores, login, organization: world.organization }, (session) =>
    session.put('rollout_confirmation', row as never),
  )
}

const goLive = "UPDATE rollout SET state = 'live', completion = $2 WHERE id = $1"

async function confirmed(version: 2 | 3 = 2): Promise<Planned> {
  const planned = await activeRollout(world, version)
  for (const line of version === 2 ? [1, 2] : [1]) await confirm(planned, line)
  return planned
}

describe.each(bothWriters)('a rollout is live, by %s,', (login) => {
  test('once a person completes it and every line is confirmed', async () => {
    const planned = await confirmed()
    const command = await askOf(planned, 'complete', { person: world.approverTwo })
    expect(await writing(login, goLive, [planned.id, command])).toMatchObject(accepted)
  })

  test('at once where the signed plan asks for nothing', async () => {
    const planned = await activeRollout(world, 4)
    const command = await askOf(planned, 'complete')
    expect(await writing(login, goLive, [planned.id, command])).toMatchObject(accepted)
  })

  test('never while a line of the signed checklist is open', async () => {
    const planned = await activeRollout(world)
    await confirm(planned, 2)
    const command = await askOf(planned, 'complete')
    expect(await writing(login, goLive, [planned.id, command])).toEqual(
      refusedBy('23514', 'live_after_its_checklist'),
    )
  })

  test('never before it has soaked, whatever the worker says of when that is over', async () => {
    const planned = await confirmed(3)
    const command = await askOf(planned, 'complete')
    const tooEarly = refusedBy('23514', 'live_after_its_soak')
    expect(await writing(login, goLive, [planned.id, command])).toEqual(tooEarly)
    const shorter = "UPDATE rollout SET state = 'live', completion = $2, soak_until = now() WHERE id = $1"
    expect(await writing(login, shorter, [planned.id, command])).toEqual(tooEarly)
    const twice = "UPDATE rollout SET soak_until = '2001-01-01' WHERE id = $1"
    await writing(login, twice, [planned.id])
    expect(await writing(login, goLive, [planned.id, command])).toEqual(tooEarly)
  })

  test('never without a person who asked for it', async () => {
    const planned = await confirmed()
    const other = await activeRollout(world, 4)
    const commands = [
      await askOf(planned, 'activate'),
      await askOf(planned, 'complete', { streamKind: 'promotion' }),
      await askOf(other, 'complete'),
      await askOf(planned, 'complete', { actor: world.serviceAccount }),
    ]
    for (const command of commands) {
      expect(await writing(login, goLive, [planned.id, command])).toEqual(
        refusedBy('23514', 'live_rests_on_its_command'),
      )
    }
    const without = "UPDATE rollout SET state = 'live' WHERE id = $1"
    expect((await writing(login, without, [planned.id])).outcome).toBe('refused')
  })

  test.each(['pending_activation', 'activating', 'rolling_back', 'rolled_back'])(
    'never from %s',
    async (state) => {
      const planned = await (state === 'pending_activation' ? pendingRollout : activeRollout)(world, 4)
      const command = await askOf(planned, 'complete')
      if (state !== 'pending_activation') await placeIn(planned, state)
      expect((await writing(login, goLive, [planned.id, command])).outcome).toBe('refused')
    },
  )
})

/** Puts a rollout where no story brought it. */
async function placeIn({ id }: Planned, state: string): Promise<void> {
  const client = await stores.superuser('control').connect()
  try {
    await client.query('BEGIN')
    await client.query('ALTER TABLE rollout DISABLE TRIGGER USER')
    await client.query('UPDATE rollout SET state = $2 WHERE id = $1', [id, state])
    for (const name of [
      'keep_the_request',
      'advance_by_its_grant',
      'advance_step_by_step',
      'live_by_a_person',
    ])
      await client.query(`ALTER TABLE rollout ENABLE ALWAYS TRIGGER ${name}`)
    await client.query('ALTER TABLE rollout ENABLE TRIGGER open_stream')
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

describe.each(bothWriters)('a rollout goes on step by step, for %s too:', (login) => {
  test.each([
    ['active', 'pending_activation'],
    ['active', 'activating'],
    ['active', 'failed'],
    ['live', 'active'],
    ['live', 'rolling_back'],
    ['rolled_back', 'active'],
    ['rolled_back', 'live'],
    ['failed', 'active'],
    ['rolling_back', 'live'],
  ])('never from %s to %s', async (from, to) => {
    const planned = await activeRollout(world)
    const command = await askOf(planned, 'rollback')
    await as(world, 'worker_control', (session) =>
      session.put('production_grant', grantOf(planned, 'rollback', command)),
    )
    if (from === 'live') {
      for (const line of [1, 2]) await confirm(planned, line)
      const completion = await askOf(planned, 'complete')
      await as(world, 'worker_control', (session) => session.query(goLive, [planned.id, completion]))
    } else if (from !== 'active') await placeIn(planned, from)
    const trying = await writing(login, 'UPDATE rollout SET state = $2, completion = NULL WHERE id = $1', [
      planned.id,
      to,
    ])
    expect(trying).toEqual(refusedBy('23514', 'rollout_advances_step_by_step'))
  })
})

describe.each(bothWriters)('a confirmation, by %s,', (login) => {
  test('is what its person asked of this line', async () => {
    const planned = await activeRollout(world)
    const row = await confirmationOf(planned, 2)
    expect(await confirming(login, row)).toMatchObject(accepted)
  })

  test('is never another one’s, of another line, of another rollout, or of an account', async () => {
    const planned = await activeRollout(world)
    const other = await activeRollout(world)
    const row = await confirmationOf(planned, 1)
    const rows = [
      { ...row, command: (await confirmationOf(planned, 2)).command },
      { ...row, command: (await confirmationOf(other, 1)).command },
      { ...row, command: await askOf(planned, 'complete', { check: 1 }) },
      { ...row, command: await askOf(planned, 'confirm', { check: 1, streamKind: 'promotion' }) },
      await confirmationOf(planned, 1, { actor: world.serviceAccount }),
    ]
    for (const tried of rows) {
      expect(await confirming(login, tried)).toEqual(refusedBy('23514', 'confirmation_rests_on_its_command'))
    }
    expect(await confirming(login, { ...row, person: world.approverTwo })).toMatchObject({ code: '23503' })
  })

  test('is of a line that was signed', async () => {
    const planned = await activeRollout(world)
    expect(await confirming(login, await confirmationOf(planned, 3))).toEqual(
      refusedBy('23514', 'confirmation_of_a_signed_line'),
    )
    const nothing = await activeRollout(world, 4)
    expect(await confirming(login, await confirmationOf(nothing, 1))).toEqual(
      refusedBy('23514', 'confirmation_of_a_signed_line'),
    )
    const line = await confirmationOf(planned, 0)
    expect((await confirming(login, line)).outcome).toBe('refused')
  })

  test('is given while it is active, and once', async () => {
    const waiting = await pendingRollout(world)
    expect(await confirming(login, await confirmationOf(waiting, 1))).toEqual(
      refusedBy('23514', 'confirmation_of_what_is_active'),
    )
    const planned = await activeRollout(world)
    await confirm(planned, 1)
    expect(await confirming(login, await confirmationOf(planned, 1))).toEqual(
      refusedBy('23505', 'rollout_confirmation_pkey'),
    )
  })

  test('does not rest on a key that is revoked', async () => {
    const planned = await activeRollout(world)
    const row = await confirmationOf(planned, 1)
    await as(world, 'api', (session) =>
      session.query('UPDATE api_key SET revoked_at = clock_timestamp() WHERE id = $1', [world.approverOne]),
    )
    expect(await confirming(login, row)).toEqual(refusedBy('23514', 'asked_with_a_standing_key'))
  })

  test('stays as it is', async () => {
    const planned = await activeRollout(world)
    await confirm(planned, 1)
    for (const change of ['UPDATE rollout_confirmation SET line = 2', 'DELETE FROM rollout_confirmation']) {
      expect(await writing(login, change, [])).toMatchObject({
        outcome: 'refused',
        code: '42501',
        changed: false,
      })
    }
  })
})

test.each(['api', 'worker_production', 'worker_staging', 'worker_development', 'signer', 'auditor'] as const)(
  '%s confirms nothing and takes nothing live',
  async (login) => {
    const planned = await activeRollout(world, 4)
    const row = await confirmationOf(planned, 1)
    const command = await askOf(planned, 'complete')
    const speaking = { stores, login, organization: world.organization }
    expect(await attack(speaking, (session) => session.put('rollout_confirmation', row))).toEqual(
      deniedOn('rollout_confirmation'),
    )
    expect(await attack(speaking, (session) => session.query(goLive, [planned.id, command]))).toEqual(
      deniedOn('rollout'),
    )
  },
)

test('it soaks from what the story says, and from no earlier than production was allowed to activate it', async () => {
  const planned = await activeRollout(world, 3)
  const { rows } = await stores.superuser('control').query(
    `SELECT soak_until - granted_at = interval '48 hours' AS whole FROM rollout
       JOIN production_grant ON promotion = id AND purpose = 'activate' WHERE id = $1`,
    [planned.id],
  )
  expect(rows).toEqual([{ whole: true }])
})

test('what the database refuses of it is told as a refusal, whoever forgot to ask before', async () => {
  const open = await activeRollout(world)
  const soaking = await confirmed(3)
  for (const planned of [open, soaking]) {
    const command = await askOf(planned, 'complete')
    const trying = as(world, 'worker_control', (session) => session.query(goLive, [planned.id, command]))
    expect(refusalOfConstraint(await trying.catch((raised: unknown) => raised))).toMatchObject({
      kind: 'refused',
      code: 'illegal-state',
    })
  }
})
