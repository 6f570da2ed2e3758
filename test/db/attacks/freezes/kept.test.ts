import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import type { LoginRole } from '../../../../src/db/rights/right.ts'
import { openStores } from '../../../support/stores.ts'
import { attack, deniedOn, foreignRow, refusedBy } from '../attack.ts'
import { newWorld, type World } from '../fixture.ts'
import type { Session, Speaker } from '../session.ts'
import { daily, freezeAs, freezeRow, fromNow, liftBy, switchRow } from './freeze-rows.ts'

const stores = await openStores()
let world: World

beforeEach(async () => {
  world = await newWorld(stores)
})

const trying = (login: Speaker, work: (session: Session) => Promise<unknown>) =>
  attack({ stores, login, organization: world.organization }, work)

const tables = ['environment_freeze', 'organization_freeze'] as const
type Table = (typeof tables)[number]
const rowOf = (table: Table) => (table === 'environment_freeze' ? freezeRow(world) : switchRow(world))

const others: readonly LoginRole[] = [
  'worker_control',
  'worker_staging',
  'worker_development',
  'worker_production',
  'signer',
  'auditor',
]

describe.each(tables)('a row of %s', (table) => {
  test.each(others)('is neither set nor lifted by %s', async (login) => {
    const id = await freezeAs(world, table, rowOf(table))
    expect(await trying(login, (session) => session.put(table, rowOf(table)))).toEqual(deniedOn(table))
    const lifting = `UPDATE ${table} SET lifted_by = $2 WHERE id = $1`
    expect(await trying(login, (session) => session.query(lifting, [id, world.owner]))).toEqual(
      deniedOn(table),
    )
  })

  test.each(['DELETE FROM', 'TRUNCATE'])('is not removed by %s, whoever asks', async (verb) => {
    await freezeAs(world, table, rowOf(table))
    const remove = (login: Speaker) => trying(login, (session) => session.query(`${verb} ${table}`))
    expect(await remove('api')).toEqual(deniedOn(table))
    const kept = `${table} keeps its rows: ${verb === 'TRUNCATE' ? 'truncate' : 'delete'} is refused`
    expect(await remove('owner')).toEqual(refusedBy('42501', kept))
    expect(await remove('superuser')).toEqual(refusedBy('42501', kept))
  })

  test.each(['created_by', 'created_at', 'reason_text', 'lifted_at'])(
    'has its %s from nobody who changes it later',
    async (column) => {
      const id = await freezeAs(world, table, rowOf(table))
      const change = `UPDATE ${table} SET ${column} = ${column} WHERE id = $1`
      expect(await trying('api', (session) => session.query(change, [id]))).toEqual(deniedOn(table))
    },
  )

  test('is changed in nothing but its lifting, by the owner of the table either', async () => {
    const id = await freezeAs(world, table, rowOf(table))
    const change = `UPDATE ${table} SET created_by = $2, lifted_by = $2 WHERE id = $1`
    expect(await trying('owner', (session) => session.query(change, [id, world.outsider]))).toEqual(
      refusedBy('23514', 'freeze_may_only_be_lifted'),
    )
  })

  test('is lifted once, by a person, at the moment that the database says', async () => {
    const id = await freezeAs(world, table, rowOf(table))
    const lifting = `UPDATE ${table} SET lifted_by = $2 WHERE id = $1`
    const once = refusedBy('23514', 'freeze_may_only_be_lifted')
    expect(await trying('api', (session) => session.query(lifting, [id, uuidv7()]))).toEqual(once)
    const backdating = `UPDATE ${table} SET lifted_by = $2, lifted_at = '2020-01-01' WHERE id = $1`
    await trying('owner', (session) => session.query(backdating, [id, world.owner]))
    const { rows } = await stores
      .superuser('control')
      .query(`SELECT lifted_at > now() - interval '1 minute' AS lately FROM ${table} WHERE id = $1`, [id])
    expect(rows).toEqual([{ lately: true }])
    expect(await trying('api', (session) => session.query(lifting, [id, world.owner]))).toEqual(once)
    const setting = `UPDATE ${table} SET lifted_by = NULL WHERE id = $1`
    expect(await trying('api', (session) => session.query(setting, [id]))).toEqual(once)
  })

  test('begins in force, from now on', async () => {
    const lifted = { ...rowOf(table), lifted_by: world.owner, lifted_at: fromNow(0) }
    expect(await trying('owner', (session) => session.put(table, lifted))).toEqual(
      refusedBy('23514', 'freeze_begins_in_force'),
    )
    const early = { ...rowOf(table), created_at: new Date('2020-01-01') }
    expect(await trying('api', (session) => session.put(table, early))).toEqual(deniedOn(table))
  })

  test('belongs to the organization that the transaction speaks for', async () => {
    const other = await newWorld(stores)
    const foreign = { ...rowOf(table), organization: other.organization }
    expect(await trying('api', (session) => session.put(table, foreign))).toEqual(foreignRow(table))
  })
})

test('the switch is on once', async () => {
  const first = await freezeAs(world, 'organization_freeze', switchRow(world))
  expect(await trying('api', (session) => session.put('organization_freeze', switchRow(world)))).toEqual(
    refusedBy('23505', 'organization_freeze_once'),
  )
  await liftBy(world, 'organization_freeze', first)
  await freezeAs(world, 'organization_freeze', switchRow(world))
})

test.each([
  ['neither', { starts_at: null }],
  ['both', { recurrence: daily.recurrence, zone: 'UTC', duration: 'P1D' }],
  ['half of what recurs', { starts_at: null, recurrence: daily.recurrence }],
  ['recurring with an end', { ...daily, ends_at: new Date() }],
])('a freeze is once or recurs, not %s', async (_, change) => {
  expect(
    await trying('api', (session) => session.put('environment_freeze', freezeRow(world, change))),
  ).toEqual(refusedBy('23514', 'environment_freeze_once_or_recurring'))
})
