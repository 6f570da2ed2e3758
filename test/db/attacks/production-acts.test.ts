import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import { openStores } from '../../support/stores.ts'
import { as, newWorld, type World } from './fixture.ts'
import { putCommand, stored } from './story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

type Columns = Readonly<Record<string, unknown>>

/** Stores an act of production as the API does, with the columns that its kind is to have. */
async function storeAct(kind: string, columns: Columns): Promise<void> {
  const content = stored({ act: uuidv7() })
  await as(world, 'api', async (session) => {
    const stream = uuidv7()
    const given = { kind: 'request', stream, streamKind: 'production-command' }
    const id = await putCommand(session, world.requester, given)
    await session.put('content', { digest: Buffer.from(content.digest, 'hex'), bytes: content.bytes })
    await session.put('production_command', {
      id,
      kind,
      environment: world.production,
      asset: uuidv7(),
      type: 'destination',
      name: 'The clinic',
      expected_version: kind === 'create-asset' ? 0 : 1,
      person: world.requester,
      ...columns,
      ...(columns.content_digest === 'stored' ? { content_digest: Buffer.from(content.digest, 'hex') } : {}),
    })
  })
}

const digest = Buffer.alloc(32, 7)
const written = { content_digest: 'stored' }
const erased = { erased_version: 1, erased_digest: digest }

describe('an act in production', () => {
  test.each<[string, Columns]>([
    ['create-asset', written],
    ['write-version', written],
    ['supply-secret', {}],
    ['restore', { restored_version: 1 }],
    ['erase', erased],
  ])('of kind %s names what it is about', async (kind, columns) => {
    await expect(storeAct(kind, columns)).resolves.toBeUndefined()
  })

  test.each<[string, Columns]>([
    ['write-version', {}],
    ['supply-secret', written],
    ['supply-secret', { restored_version: 1 }],
    ['restore', {}],
    ['restore', { restored_version: 0 }],
    ['restore', { restored_version: 1, ...erased }],
    ['erase', { erased_version: 1 }],
    ['erase', { erased_digest: digest }],
    ['erase', { ...erased, ...written }],
    ['anything', {}],
  ])('of kind %s is refused with columns of another kind, %o', async (kind, columns) => {
    await expect(storeAct(kind, columns)).rejects.toMatchObject({ code: '23514' })
  })

  test('cannot write content that is not stored', async () => {
    await expect(storeAct('write-version', { content_digest: digest })).rejects.toMatchObject({
      constraint: 'production_command_has_its_content',
    })
  })
})

describe('the allowance to restore', () => {
  async function allowed(rules: readonly object[] | null): Promise<void> {
    const own = await newWorld(stores)
    const id = await as(own, 'api', async (session) => {
      if (rules !== null) {
        const document = canonicalBytes({ rules: rules as never })
        const { production: environment, owner: proposed_by } = own
        await session.put('policy', { environment, version: 2, document, proposed_by })
      }
      const given = { kind: 'request', stream: uuidv7(), streamKind: 'production-command' }
      const command = await putCommand(session, own.requester, given)
      await session.put('production_command', {
        id: command,
        kind: 'restore',
        environment: own.production,
        asset: uuidv7(),
        type: 'filter',
        name: 'The clinic',
        expected_version: 2,
        restored_version: 1,
        person: own.requester,
      })
      return command
    })
    await as(own, 'worker_control', (session) =>
      session.put('production_command_grant', { production_command: id, fence: 1, entry: uuidv7() }),
    )
  }

  const steps = [{ name: 'approval', kind: 'approval', approvals: 1, groups: [] }]
  const rule = { name: 'rule', steps, expiresAfter: 'P7D', landWithin: 'PT10M' }

  test.each([
    ['the policy says nothing of it', null],
    ['it wants approval', [{ ...rule, restore: 'approval' }]],
    ['one of its rules does', [{ ...rule, restore: 'fast' }, rule]],
    ['it says something else', [{ ...rule, restore: 'FAST' }]],
  ])('is refused by the database when %s', async (_, rules) => {
    await expect(allowed(rules)).rejects.toMatchObject({ constraint: 'restore_as_the_policy_says' })
  })

  test('is given when the newest policy lets older versions back at once', async () => {
    await expect(allowed([{ ...rule, restore: 'fast' }])).resolves.toBeUndefined()
  })
})
