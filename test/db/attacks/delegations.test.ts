import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { loginRoles } from '../../../src/db/roles.ts'
import { openStores } from '../../support/stores.ts'
import { attack, deniedOn, foreignRow, refusedBy } from './attack.ts'
import { delegate, inDays } from './delegation.ts'
import { as, newWorld, type World } from './fixture.ts'
import type { Row, Session } from './session.ts'

const stores = await openStores()
let world: World
let other: World

beforeEach(async () => {
  world = await newWorld(stores)
  other = await newWorld(stores)
})

const speaking = (login: 'api' | 'superuser') => ({ stores, login, organization: world.organization })
const asking = (work: (session: Session) => Promise<unknown>) => attack(speaking('api'), work)
const giving = (given: Row) => asking((session) => delegate(session, world, given))

describe('a delegation', () => {
  test.each([
    ['at once for a day', 0, 1],
    ['ahead for ninety days', 30, 90],
  ])('is given %s', async (_, ahead, days) => {
    const starts_at = inDays(ahead)
    const ends_at = new Date(starts_at.getTime() + days * 86_400_000)
    expect(await giving({ starts_at, ends_at })).toMatchObject({ outcome: 'accepted', changed: true })
  })

  test.each<[string, string, () => Row]>([
    ['to oneself', 'is_to_somebody_else', () => ({ stand_in: world.approverOne })],
    [
      'that ends before it starts',
      'ends_after_it_starts',
      () => ({ starts_at: inDays(5), ends_at: inDays(4) }),
    ],
    [
      'for more than ninety days',
      'lasts_at_most_90_days',
      () => ({ starts_at: inDays(1), ends_at: inDays(91.001) }),
    ],
    ['for ever', 'lasts_at_most_90_days', () => ({ ends_at: 'infinity' })],
    ['since ever', 'is_not_of_the_past', () => ({ starts_at: '-infinity' })],
    ['that began yesterday', 'is_not_of_the_past', () => ({ starts_at: inDays(-1) })],
    [
      'that is over when it is given',
      'is_not_of_the_past',
      () => ({ starts_at: new Date(Date.now() - 30_000), ends_at: new Date(Date.now() - 20_000) }),
    ],
  ])('is none %s', async (_, rule, given) => {
    expect(await giving(given())).toEqual(refusedBy('23514', `delegation_${rule}`))
  })

  test.each<[string, () => Row]>([
    ['stand_in', () => ({ stand_in: world.serviceAccount })],
    ['stand_in', () => ({ stand_in: other.outsider })],
    ['delegator', () => ({ delegator: world.serviceAccount })],
    ['delegator', () => ({ delegator: other.approverOne })],
    ['reason_text', () => ({ reason_text: other.text })],
  ])('is between humans of one organization, for a reason of it: %s', async (column, given) => {
    const key = `delegation_organization_${column}_fkey`
    expect(await giving(given())).toEqual(refusedBy('23503', key))
  })

  test('is given at no moment of choice, not ended when it is given, and not in another organization', async () => {
    for (const given of [{ created_at: inDays(-1) }, { revoked_at: null }]) {
      expect(await giving(given)).toEqual(deniedOn('delegation'))
    }
    const { organization, approverOne: delegator, outsider: stand_in, text: reason_text } = other
    const foreign = await giving({ organization, delegator, stand_in, reason_text })
    expect(foreign).toEqual(foreignRow('delegation'))
  })
})

describe('a delegation that was given', () => {
  const changes = [
    'ends_at = ends_at + interval $$1 day$$',
    'starts_at = created_at',
    'stand_in = delegator',
    'delegator = stand_in',
    'reason_text = gen_random_uuid()',
    'created_at = $$-infinity$$',
  ]
  const onlyEnded = refusedBy('42501', 'a delegation may only be ended')
  let id: string

  beforeEach(async () => {
    id = await as(world, 'api', (session) => delegate(session, world))
  })

  test.each(changes)('stays as it is: %s', async (change) => {
    const text = `UPDATE delegation SET ${change}`
    expect(await asking((session) => session.query(text))).toEqual(deniedOn('delegation'))
    for (const more of ['', ', revoked_at = now()']) {
      const forced = attack(speaking('superuser'), async (session) => {
        await session.query('SET LOCAL session_replication_role = replica')
        await session.query(`${text}${more}`)
      })
      expect(await forced).toEqual(onlyEnded)
    }
  })

  test.each(['DELETE FROM delegation', 'TRUNCATE delegation'])('does not go by %s', async (text) => {
    expect(await asking((session) => session.query(text))).toEqual(deniedOn('delegation'))
    const forced = attack(speaking('superuser'), async (session) => {
      await session.query('SET LOCAL session_replication_role = replica')
      await session.query(text)
    })
    expect(await forced).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
  })

  test('is ended once, and now, whatever moment is asked for', async () => {
    const end = (moment: string) => (session: Session) =>
      session.query(
        `UPDATE delegation SET revoked_at = ${moment} WHERE id = $1
         RETURNING revoked_at BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() AS now`,
        [id],
      )
    expect(await asking(end('NULL'))).toEqual(onlyEnded)
    expect(await as(world, 'api', end("'2999-01-01'"))).toEqual([{ now: true }])
    for (const moment of ['now()', 'NULL']) expect(await asking(end(moment))).toEqual(onlyEnded)
  })

  test('is neither seen nor ended from another organization', async () => {
    const looking = (session: Session) => session.query('SELECT FROM delegation')
    expect(await as(other, 'api', looking)).toEqual([])
    const ending = attack({ stores, login: 'api', organization: other.organization }, (session) =>
      session.query('UPDATE delegation SET revoked_at = now()'),
    )
    expect(await ending).toEqual({ outcome: 'accepted', result: [], changed: false })
  })
})

test.each(loginRoles.filter((login) => login !== 'api'))(
  '%s neither reads, gives nor ends one',
  async (login) => {
    await as(world, 'api', (session) => delegate(session, world))
    const trying = (work: (session: Session) => Promise<unknown>) =>
      attack({ stores, login, organization: world.organization }, work)
    for (const work of [
      (session: Session) => session.query('SELECT FROM delegation'),
      (session: Session) => delegate(session, world),
      (session: Session) => session.query('UPDATE delegation SET revoked_at = now()'),
    ]) {
      expect(await trying(work)).toEqual(deniedOn('delegation'))
    }
    for (const type of ['delegation.given', 'delegation.ended']) {
      const telling = trying((session) => session.append(type, `delegation/${uuidv7()}`))
      expect(await telling).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    }
    const asked = trying((session) => session.query('SELECT FROM stood_in_for($1)', [world.outsider]))
    const expected =
      login === 'worker_control'
        ? { outcome: 'accepted', changed: false }
        : refusedBy('42501', 'permission denied for function stood_in_for')
    expect(await asked).toMatchObject(expected)
  },
)
