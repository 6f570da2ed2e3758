import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import { attack, deniedOn, foreignRow, refusedBy } from './attack.ts'
import { as, newWorld, noSecret, type World } from './fixture.ts'
import type { Row, Session } from './session.ts'

const stores = await openStores()
const issuer = 'https://login.example.org'
const tomorrow = new Date(Date.now() + 86_400_000)
let world: World
let other: World

beforeEach(async () => {
  world = await newWorld(stores)
  other = await newWorld(stores)
  await as(world, 'api', (session) => link(session, world.requester, world.requester))
})

const asking = (work: (session: Session) => Promise<unknown>) =>
  attack({ stores, login: 'api', organization: world.organization }, work)

const link = (session: Session, person: string, subject: string) =>
  session.put('person_identity', { person, issuer, subject })

/** Exchanges a token as the program does, but for what is given otherwise. */
async function exchange(session: Session, token: Row = {}, key: Row = {}): Promise<Row> {
  const row = {
    person: world.requester,
    token_digest: randomBytes(32),
    opens: world.organization,
    door: 'organization',
    api_key: uuidv7(),
    ...token,
  }
  await session.put('exchanged_token', row)
  await session.put('api_key', {
    id: row.api_key,
    actor: row.person,
    door: row.door,
    name: 'Access token',
    origin: 'identity-provider',
    expires_at: tomorrow,
    ...key,
  })
  return row
}

describe('an identity', () => {
  test('is linked to one person of an organization, and a person to one identity', async () => {
    const taken = 'person_identity_organization_issuer_subject_key'
    const second = asking((session) => link(session, world.editor, world.requester))
    expect(await second).toEqual(refusedBy('23505', taken))
    const another = asking((session) => link(session, world.requester, 'another'))
    expect(await another).toEqual(refusedBy('23505', 'person_identity_pkey'))
    const theirs = attack({ stores, login: 'api', organization: other.organization }, (session) =>
      link(session, other.requester, world.requester),
    )
    expect(await theirs).toMatchObject({ outcome: 'accepted' })
  })

  test('is of a human of the organization', async () => {
    const key = 'person_identity_organization_person_fkey'
    for (const person of [world.serviceAccount, other.requester, uuidv7()]) {
      const trying = asking((session) => link(session, person, 'somebody'))
      expect(await trying).toEqual(refusedBy('23503', key))
    }
  })

  test('is not made somebody else’s by a change, nor linked in another organization', async () => {
    const given = asking((session) => session.query('UPDATE person_identity SET person = $1', [world.editor]))
    expect(await given).toEqual(deniedOn('person_identity'))
    const { organization } = other
    const planted = asking((session) =>
      session.put('person_identity', { organization, person: other.requester, issuer, subject: 'planted' }),
    )
    expect(await planted).toEqual(foreignRow('person_identity'))
  })

  test.each(['worker_control', 'worker_staging', 'worker_production', 'auditor', 'signer'] as const)(
    'is neither read nor linked nor looked up by %s',
    async (login) => {
      const speaking = { stores, login, organization: world.organization }
      for (const table of ['person_identity', 'exchanged_token', 'ended_identity']) {
        const reading = attack(speaking, (session) => session.query(`SELECT FROM ${table}`))
        expect(await reading).toEqual(deniedOn(table))
      }
      const linking = attack(speaking, (session) => link(session, world.editor, 'editor'))
      expect(await linking).toEqual(deniedOn('person_identity'))
      const looking = attack(speaking, (session) =>
        session.query('SELECT FROM find_identity($1, $2, $3, NULL)', [
          issuer,
          world.requester,
          randomBytes(32),
        ]),
      )
      expect(await looking).toEqual(refusedBy('42501', 'permission denied for function find_identity'))
    },
  )
})

describe('a link that ended', () => {
  const unlink = (session: Session) =>
    session.query('DELETE FROM person_identity WHERE person = $1', [world.requester])
  const ended = () =>
    as(world, 'api', (session) =>
      session.query(
        `SELECT issuer, subject_digest = sha256(convert_to($1, 'UTF8')) AS theirs,
                ended_at BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() AS just_now
         FROM ended_identity`,
        [world.requester],
      ),
    )
  const remembered = [{ issuer, theirs: true, just_now: true }]
  const asSuperuser = () => ({ stores, login: 'superuser', organization: world.organization }) as const

  test('is remembered by the database, with its moment, and told with the link that follows', async () => {
    expect(await ended()).toEqual([])
    const find = (session: Session) =>
      session.query('SELECT person, ended_at FROM find_identity($1, $2, $3, NULL)', [
        issuer,
        world.requester,
        randomBytes(32),
      ])
    expect(await as(world, 'api', find)).toEqual([{ person: world.requester, ended_at: null }])
    await as(world, 'api', unlink)
    expect(await ended()).toEqual(remembered)
    await as(world, 'api', (session) => link(session, world.editor, world.requester))
    expect(await as(world, 'api', find)).toEqual([{ person: world.editor, ended_at: expect.any(Date) }])
    // Elsewhere the same identity never ended.
    await as(other, 'api', (session) => link(session, other.requester, world.requester))
    expect(await as(other, 'api', find)).toContainEqual({ person: other.requester, ended_at: null })
  })

  test('is remembered whoever ends it, also where triggers are switched off for a replica', async () => {
    const removed = attack(asSuperuser(), async (session) => {
      await session.query('SET LOCAL session_replication_role = replica')
      await unlink(session)
    })
    expect(await removed).toMatchObject({ outcome: 'accepted', changed: true })
    expect(await ended()).toEqual(remembered)
  })

  test('is not said by the API to have ended, at no moment of its choice', async () => {
    const row = { issuer, subject_digest: randomBytes(32) }
    for (const more of [{}, { ended_at: new Date(0) }, { ended_at: tomorrow }]) {
      const trying = asking((session) => session.put('ended_identity', { ...row, ...more }))
      expect(await trying).toEqual(deniedOn('ended_identity'))
    }
  })

  test('stays so: what is remembered is neither changed nor removed', async () => {
    await as(world, 'api', unlink)
    for (const text of [
      "UPDATE ended_identity SET ended_at = '-infinity'",
      'DELETE FROM ended_identity',
      'TRUNCATE ended_identity',
    ]) {
      expect(await asking((session) => session.query(text))).toEqual(deniedOn('ended_identity'))
      const kept = attack(asSuperuser(), async (session) => {
        await session.query('SET LOCAL session_replication_role = replica')
        await session.query(text)
      })
      expect(await kept).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    }
  })

  test('is no link that became another one in its row, or went with all of them', async () => {
    for (const text of ["UPDATE person_identity SET subject = 'another'", 'TRUNCATE person_identity']) {
      expect(await asking((session) => session.query(text))).toEqual(deniedOn('person_identity'))
      const kept = attack(asSuperuser(), (session) => session.query(text))
      expect(await kept).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    }
  })

  test('is none of another organization’s', async () => {
    await as(world, 'api', unlink)
    const seen = (session: Session) => session.query('SELECT FROM ended_identity')
    expect(await as(other, 'api', seen)).toEqual([])
    await as(world, 'api', (session) => link(session, world.requester, world.requester))
    await as(other, 'api', unlink)
    expect(await ended()).toEqual(remembered)
  })
})

describe('a token', () => {
  test('becomes a key of its person at a door, once', async () => {
    const row = await as(world, 'api', (session) => exchange(session))
    const again = asking((session) => exchange(session, { ...row, api_key: uuidv7() }))
    expect(await again).toEqual(refusedBy('23505', 'exchanged_token_pkey'))
    const found = await as(world, 'api', (session) =>
      session.query('SELECT * FROM find_identity($1, $2, $3, NULL)', [
        issuer,
        world.requester,
        row.token_digest,
      ]),
    )
    expect(found).toMatchObject([{ person: world.requester, api_key: row.api_key, environment: null }])
  })

  const wrongKey = refusedBy('23503', 'exchanged_token_key')

  test.each<[string, (world: World) => readonly [Row, Row], ReturnType<typeof refusedBy>]>([
    ['of somebody else', ({ editor }) => [{}, { actor: editor }], wrongKey],
    ['of their service account', ({ serviceAccount }) => [{}, { actor: serviceAccount }], wrongKey],
    ['that was made, with a secret', () => [{}, { origin: 'made', secret_digest: noSecret }], wrongKey],
    ['of another door', () => [{}, { door: 'environment' }], wrongKey],
    [
      'of the organization for an environment',
      ({ staging }) => [{ opens: staging }, {}],
      refusedBy('23514', 'exchanged_token_opens_its_door'),
    ],
    [
      'of an environment for the organization',
      () => [{ door: 'environment' }, {}],
      refusedBy('23514', 'exchanged_token_opens_its_door'),
    ],
    [
      'that has a secret',
      () => [{}, { secret_digest: noSecret }],
      refusedBy('23514', 'api_key_made_has_a_secret'),
    ],
    ['without an end', () => [{}, { expires_at: null }], refusedBy('23514', 'api_key_of_a_token_expires')],
  ])('becomes no key %s', async (_, given, refused) => {
    const [token, key] = given(world)
    expect(await asking((session) => exchange(session, token, key))).toEqual(refused)
  })

  test('becomes no key without one, and no key that is there already', async () => {
    const row = { person: world.requester, token_digest: randomBytes(32), door: 'organization' }
    const opens = world.organization
    const without = asking((session) => session.put('exchanged_token', { ...row, opens, api_key: uuidv7() }))
    expect(await without).toEqual(wrongKey)
    // Everybody's made key goes by their own id.
    const theirs = asking((session) =>
      session.put('exchanged_token', { ...row, opens, api_key: world.requester }),
    )
    expect(await theirs).toEqual(wrongKey)
  })

  test('opens no environment but the one that its key is of', async () => {
    const row = await as(world, 'api', async (session) => {
      const made = await exchange(session, { door: 'environment', opens: world.production })
      await session.put('api_key_environment', { api_key: made.api_key, environment: world.staging })
      return made
    })
    const found = await as(world, 'api', (session) =>
      session.query('SELECT api_key FROM find_identity($1, $2, $3, $4)', [
        issuer,
        world.requester,
        row.token_digest,
        world.production,
      ]),
    )
    expect(found).toEqual([{ api_key: null }])
  })

  test('that was exchanged stays so: its row is neither changed nor removed', async () => {
    await as(world, 'api', (session) => exchange(session))
    for (const text of ['DELETE FROM exchanged_token', 'UPDATE exchanged_token SET api_key = api_key']) {
      expect(await asking((session) => session.query(text))).toEqual(deniedOn('exchanged_token'))
      const owner = { stores, login: 'superuser', organization: world.organization } as const
      const kept = attack(owner, (session) => session.query(text))
      expect(await kept).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    }
  })
})

test('a key that came of a token is found by no secret, and never becomes one that was made', async () => {
  const { api_key: id } = await as(world, 'api', (session) => exchange(session))
  const find = (session: Session) => session.query('SELECT * FROM find_api_key($1)', [id])
  expect(await as(world, 'api', find)).toEqual([])
  for (const text of [
    "UPDATE api_key SET origin = 'made', secret_digest = sha256('known') WHERE id = $1",
    "UPDATE api_key SET expires_at = 'infinity' WHERE id = $1",
  ]) {
    expect(await asking((session) => session.query(text, [id]))).toEqual(deniedOn('api_key'))
  }
})

test('a key that was made has a secret', async () => {
  const trying = asking((session) =>
    session.put('api_key', { id: uuidv7(), actor: world.requester, door: 'organization', name: 'Key' }),
  )
  expect(await trying).toEqual(refusedBy('23514', 'api_key_made_has_a_secret'))
})
