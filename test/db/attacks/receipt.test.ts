import { v7 as uuidv7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import {
  approvedPromotion,
  associationRow,
  authorizationRow,
  authorizedPromotion,
  putGrant,
  receiptRow,
  receive,
} from './approval.ts'
import { attack, deniedOn, refusedBy } from './attack.ts'
import { newWorld, type World } from './fixture.ts'
import { hexadecimal, type Row, type Session } from './session.ts'
import type { Planned } from './story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

const control = (work: (session: Session) => Promise<unknown>) =>
  attack({ stores, login: 'worker_control', organization: world.organization }, work)
const receiving = (row: Row) =>
  attack({ stores, login: 'worker_production', organization: world.organization }, (session) =>
    session.put('receipt', row),
  )

describe('a receipt', () => {
  test('is refused for a digest that was not approved', async () => {
    const planned = await authorizedPromotion(world)
    const source = planned.items[0]?.source.digest ?? ''
    for (const landed_digest of [Buffer.alloc(32), Buffer.from(source, 'hex')]) {
      expect(await receiving({ ...receiptRow(planned, 1), landed_digest })).toEqual(
        refusedBy('23503', 'receipt_organization_promotion_revision_position_landed_di_fkey'),
      )
    }
  })

  test('is refused for the digest of another item of the same plan', async () => {
    const planned = await authorizedPromotion(world)
    expect(await receiving({ ...receiptRow(planned, 1), position: 2 })).toEqual(
      refusedBy('23503', 'receipt_organization_promotion_revision_position_landed_di_fkey'),
    )
  })

  test('is given once for an item', async () => {
    const planned = await authorizedPromotion(world)
    await receive(planned)
    expect(await receiving({ ...receiptRow(planned, 1), landed_version: 2 })).toEqual(
      refusedBy('23505', 'receipt_pkey'),
    )
  })

  test('is refused for what was approved but not authorized', async () => {
    expect(await receiving(receiptRow(await approvedPromotion(world), 1))).toEqual(
      refusedBy('23503', 'receipt_organization_promotion_revision_fkey'),
    )
  })

  test('does not choose its own time', async () => {
    const row = { ...receiptRow(await authorizedPromotion(world), 1), received_at: new Date(0) }
    expect(await receiving(row)).toEqual(deniedOn('receipt'))
  })
})

describe('an association', () => {
  const unreceived = refusedBy('23503', 'association_organization_promotion_revision_position_targ_fkey1')

  test('is refused without a receipt, and with another version or digest than received', async () => {
    const planned = await authorizedPromotion(world)
    const link = associationRow(planned, 1)
    const ofTheOther = { ...associationRow(planned, 2), target_digest: link.target_digest }
    const linking = (row: Row) => control((session) => session.put('association', row))
    expect(await linking(link)).toEqual(unreceived)
    await receive(planned)
    for (const change of [{ target_version: 2 }, { target_digest: Buffer.alloc(32) }]) {
      expect(await linking({ ...link, ...change })).toEqual(unreceived)
    }
    expect(await linking(ofTheOther)).toEqual(unreceived)
    expect(await linking(link)).toMatchObject({ outcome: 'accepted', changed: true })
  })

  const otherTarget = 'association_organization_promotion_revision_position_targe_fkey'
  const otherSource = 'association_organization_promotion_revision_position_sourc_fkey'
  const otherDestination = 'association_organization_promotion_destination_environment_fkey'

  test.each<[string, string, (planned: Planned) => unknown]>([
    ['target_asset', otherTarget, () => uuidv7()],
    ['target_asset', otherTarget, ({ items }) => items[1]?.target],
    ['source_asset', otherSource, () => uuidv7()],
    ['source_asset', otherSource, ({ items }) => items[1]?.asset],
    ['source_version', otherSource, () => 6],
    ['source_digest', otherSource, ({ items }) => hexadecimal(items[1]?.source.digest ?? '')],
    ['destination_environment', otherDestination, () => world.development],
    ['destination_environment', otherDestination, () => uuidv7()],
  ])('is refused with another %s than the received item has, by %s', async (column, constraint, other) => {
    const planned = await authorizedPromotion(world)
    await receive(planned)
    const link = { ...associationRow(planned, 1), [column]: other(planned) }
    expect(await control((session) => session.put('association', link))).toEqual(
      refusedBy('23503', constraint),
    )
  })
})

describe('a grant', () => {
  test('is refused for what was approved but not authorized', async () => {
    const planned = await approvedPromotion(world)
    expect(await control((session) => putGrant(session, planned, 'land', uuidv7()))).toEqual(
      refusedBy('23503', 'production_grant_organization_promotion_revision_fkey'),
    )
  })

  test('names the targets of the plan and no others', async () => {
    const planned = await approvedPromotion(world)
    const of = { promotion: planned.id, revision: 1, purpose: 'land' }
    const trying = control(async (session) => {
      await session.put('authorization', authorizationRow(planned))
      await session.put('production_grant', { ...of, entry: uuidv7() })
      await session.put('production_grant_fence', { ...of, position: 1, target_asset: uuidv7(), fence: 1 })
    })
    expect(await trying).toEqual(
      refusedBy('23503', 'production_grant_fence_organization_promotion_revision_pos_fkey'),
    )
  })

  test('gives no fence twice for an asset', async () => {
    const planned = await authorizedPromotion(world)
    const of = { promotion: planned.id, revision: 1, purpose: 'discard' }
    const trying = control(async (session) => {
      await session.put('production_grant', { ...of, entry: uuidv7() })
      const target_asset = planned.items[0]?.target
      await session.put('production_grant_fence', { ...of, position: 1, target_asset, fence: 1 })
    })
    expect(await trying).toEqual(
      refusedBy('23505', 'production_grant_fence_organization_target_asset_fence_key'),
    )
  })

  test('is given by control’s worker alone', async () => {
    const planned = await authorizedPromotion(world)
    const row = { promotion: planned.id, revision: 1, purpose: 'discard', entry: uuidv7() }
    for (const login of ['api', 'worker_staging', 'worker_production'] as const) {
      const trying = attack({ stores, login, organization: world.organization }, (session) =>
        session.put('production_grant', row),
      )
      expect(await trying).toEqual(deniedOn('production_grant'))
    }
  })
})
