import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { rightsOf } from '../../../src/db/rights/apply.ts'
import type { StoreKind } from '../../../src/db/rights/right.ts'
import { loginRoles } from '../../../src/db/roles.ts'
import { openStores } from '../../support/stores.ts'
import { attack, refusedBy } from './attack.ts'
import { as, newWorld, type World } from './fixture.ts'
import type { Session, Speaker } from './session.ts'
import { stored } from './story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

function attempt(login: Speaker, act: (session: Session) => Promise<unknown>, store: StoreKind = 'control') {
  return attack({ stores, login, organization: world.organization, store }, act)
}

const denied = { outcome: 'refused', code: '42501' }
const kid = '0'.repeat(32)
const publicKey = JSON.stringify({ crv: 'X25519', kty: 'OKP', x: 'AAAA' })
const sealed = 'aaaa.bbbb.cccc.dddd.eeee'

describe('the key that secrets are sealed with', () => {
  const kinds = ['development', 'staging', 'production'] as const
  const publishing = (login: Speaker, kind: (typeof kinds)[number], key = publicKey) =>
    attempt(login, (session) =>
      session.put('sealing_key', {
        environment: world[kind],
        kid: uuidv7().replaceAll('-', ''),
        public_key: key,
      }),
    )

  test.each(kinds)('is published by the worker of %s for its own environments', async (kind) => {
    expect(await publishing(`worker_${kind}`, kind)).toMatchObject({ outcome: 'accepted' })
    for (const other of kinds.filter((one) => one !== kind)) {
      expect(await publishing(`worker_${kind}`, other)).toMatchObject(denied)
    }
  })

  test.each(['api', 'worker_control', 'auditor', 'signer'] as const)(
    'is not published by %s',
    async (login) => {
      for (const kind of kinds) expect(await publishing(login, kind)).toMatchObject(denied)
    },
  )

  test('is not published by a superuser’s hand either, nor with a private half', async () => {
    expect(await publishing('superuser', 'production')).toMatchObject(denied)
    const whole = JSON.stringify({ crv: 'X25519', kty: 'OKP', x: 'AAAA', d: 'AAAA' })
    expect(await publishing('worker_staging', 'staging', whole)).toMatchObject(denied)
  })

  test('is never changed', async () => {
    for (const login of ['worker_staging', 'api', 'superuser'] as const) {
      const changing = attempt(login, (session) => session.query("UPDATE sealing_key SET public_key = '{}'"))
      expect(await changing).toMatchObject(denied)
    }
  })
})

describe('a sealed value', () => {
  const logins = (store: StoreKind) => loginRoles.filter((login) => login in rightsOf(store))
  const worker: Readonly<Record<string, string>> = {
    development: 'worker_development',
    staging: 'worker_staging',
    production: 'worker_production',
  }

  test.each(['development', 'staging', 'production'] as const)(
    'is read in %s by its worker alone',
    async (store) => {
      for (const login of logins(store)) {
        const reading = attempt(login, (session) => session.query('SELECT sealed FROM sealed_secret'), store)
        expect([login, await reading]).toMatchObject([
          login,
          login === worker[store] ? { outcome: 'accepted' } : denied,
        ])
      }
    },
  )

  test('is read on its way to production by nobody, and by production’s worker only through its view', async () => {
    for (const login of loginRoles) {
      const reading = attempt(login, (session) =>
        session.query('SELECT sealed FROM production_command_secret'),
      )
      expect([login, await reading]).toMatchObject([login, denied])
      const viewing = attempt(login, (session) => session.query('SELECT sealed FROM authorized_secret'))
      const allowed = login === 'worker_production' ? { outcome: 'accepted' } : denied
      expect([login, await viewing]).toMatchObject([login, allowed])
    }
  })

  test('is no clear text', async () => {
    const asset = uuidv7()
    const storing = (value: string) =>
      attempt(
        'api',
        async (session) => {
          await session.put('asset', {
            id: asset,
            environment: world.staging,
            type: 'authCredential',
            name: 'N',
            version: 1,
            created_by: world.requester,
            updated_by: world.requester,
          })
          await session.put('sealed_secret', {
            asset,
            pointer: '/clientSecret',
            kid,
            sealed: value,
            supplied_by: world.requester,
            entry: uuidv7(),
          })
        },
        'staging',
      )
    expect(await storing('hunter2')).toMatchObject({ outcome: 'refused', code: '23514' })
    expect(await storing('a.b.c.d')).toMatchObject({ outcome: 'refused', code: '23514' })
    expect(await storing(sealed)).toMatchObject({ outcome: 'accepted' })
  })

  test('is taken away in production by nobody, and elsewhere by the API alone', async () => {
    for (const store of ['development', 'staging', 'production'] as const) {
      for (const login of logins(store)) {
        const taking = attempt(login, (session) => session.query('DELETE FROM sealed_secret'), store)
        const allowed = login === 'api' && store !== 'production' ? { outcome: 'accepted' } : denied
        expect([store, login, await taking]).toMatchObject([store, login, allowed])
      }
    }
  })

  test('is written in production by no login but its worker', async () => {
    for (const login of ['api', 'auditor', 'signer'] as const) {
      const writing = attempt(
        login,
        (session) => session.query("UPDATE sealed_secret SET kid = ''"),
        'production',
      )
      expect(await writing).toMatchObject(denied)
    }
  })
})

describe('the fingerprint of a secret', () => {
  const fingerprint = Buffer.alloc(32, 9)
  const recording = (environment: string, login: Speaker = 'api') =>
    attempt(login, (session) => session.put('secret_fingerprint', { fingerprint, environment }))

  test('is seen and written by the API alone', async () => {
    for (const login of loginRoles.filter((one) => one !== 'api')) {
      expect(await recording(world.staging, login)).toMatchObject(denied)
      const reading = attempt(login, (session) => session.query('SELECT * FROM secret_fingerprint'))
      expect([login, await reading]).toMatchObject([login, denied])
    }
  })

  test('of another environment keeps it out of production, for good', async () => {
    await as(world, 'api', (session) =>
      session.put('secret_fingerprint', { fingerprint, environment: world.staging }),
    )
    expect(await recording(world.production)).toEqual(refusedBy('23514', 'credential_reused'))
    expect(await recording(world.production, 'superuser')).toEqual(refusedBy('23514', 'credential_reused'))
    for (const act of [
      'UPDATE secret_fingerprint SET environment = environment',
      'DELETE FROM secret_fingerprint',
    ]) {
      for (const login of ['api', 'superuser'] as const) {
        expect(await attempt(login, (session) => session.query(act))).toMatchObject(denied)
      }
    }
  })
})

describe('erasing content', () => {
  const content = stored({ patient: 'somebody' })
  const digest = Buffer.from(content.digest, 'hex')
  const asset = uuidv7()

  beforeAll(async () => {
    await as(world, 'api', async (session) => {
      await session.put('content', { digest, bytes: content.bytes })
      await session.put('erasure_proposal', {
        asset,
        version: 1,
        environment: world.staging,
        digest,
        proposed_by: world.requester,
        reason_text: world.text,
      })
    })
  })

  const confirming = (parts: Record<string, unknown>, login: Speaker = 'api') =>
    attempt(login, async (session) => {
      await session.put('erasure_confirmation', {
        asset,
        version: 1,
        digest,
        proposed_by: world.requester,
        confirmed_by: world.editor,
        reason_text: world.text,
        ...parts,
      })
      await session.query('UPDATE content SET bytes = NULL WHERE digest = $1', [digest])
    })

  test('takes two people', async () => {
    const alone = await attempt('api', (session) => session.query('UPDATE content SET bytes = NULL'))
    expect(alone).toEqual(refusedBy('42501', 'content is erased only by two people'))
    expect(await confirming({ confirmed_by: world.requester })).toEqual(
      refusedBy('23514', 'erasure_takes_two_people'),
    )
    expect(await confirming({ proposed_by: world.outsider })).toMatchObject({
      outcome: 'refused',
      code: '23503',
    })
    expect(await confirming({ digest: Buffer.alloc(32, 3) })).toMatchObject({
      outcome: 'refused',
      code: '23503',
    })
    for (const login of loginRoles.filter((one) => one !== 'api')) {
      expect([login, await confirming({}, login)]).toMatchObject([login, denied])
    }
    expect(await confirming({})).toMatchObject({ outcome: 'accepted' })
  })

  test('takes two people in an environment’s store as well', async () => {
    const put = async (session: Session, people: object) => {
      await session.put('content', { digest, bytes: content.bytes })
      await session.put('asset', {
        id: asset,
        environment: world.staging,
        type: 'valueSet',
        name: 'N',
        version: 1,
        created_by: world.requester,
        updated_by: world.requester,
      })
      await session.put('asset_version', {
        asset,
        version: 1,
        digest,
        name: 'N',
        author: world.requester,
        entry: uuidv7(),
      })
      if ('proposed_by' in people) {
        await session.put('erasure', { asset, version: 1, digest, entry: uuidv7(), ...people })
      }
      await session.query('UPDATE content SET bytes = NULL WHERE digest = $1', [digest])
    }
    const erasing = (people: object) => attempt('api', (session) => put(session, people), 'staging')
    expect(await erasing({})).toEqual(refusedBy('42501', 'content is erased only by two people'))
    const one = world.requester
    expect(await erasing({ proposed_by: one, confirmed_by: one })).toEqual(
      refusedBy('23514', 'erasure_takes_two_people'),
    )
    expect(await erasing({ proposed_by: one, confirmed_by: world.editor })).toMatchObject({
      outcome: 'accepted',
    })
  })
})
