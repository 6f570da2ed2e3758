import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { withOrganization } from '../../../src/db/transaction.ts'
import {
  type AssetId,
  type Digest,
  digest,
  identifier,
  type PromotionId,
} from '../../../src/domain/identifiers.ts'
import { associationsOf } from '../../../src/services/assets/view/associations.ts'
import { openStores } from '../../support/stores.ts'

const stores = await openStores()
const control = stores.pool('control', 'api')

const [promoted, landed, changed] = ['a', 'b', 'c'].map((digit) => digest(digit.repeat(64))) as [
  Digest,
  Digest,
  Digest,
]

interface Head {
  readonly version: number
  readonly digest: Digest
  readonly promotion?: PromotionId
}

/** A link of version 2 with version 3, as a promotion leaves it. Its other rows do not matter here and are left out. */
async function newLink(heads: { readonly source?: Head; readonly target?: Head } = {}) {
  const [organization, source, target, from, to, promotion] = Array.from({ length: 6 }, () => uuidv7())
  const client = await stores.superuser('control').connect()
  await client.query("SET session_replication_role = 'replica'")
  await client.query(
    `INSERT INTO promotion (organization, id, source_environment, destination_environment, requester, command,
       reason_text, request, policy_version) VALUES ($1, $2, $3, $4, $2, $2, $2, $5, 1)`,
    [organization, promotion, from, to, Buffer.alloc(32)],
  )
  await client.query('INSERT INTO association VALUES ($1, $2, $3, $4, 2, $5, 3, $6, $7, 1, 1)', [
    organization,
    source,
    to,
    target,
    Buffer.from(promoted, 'hex'),
    Buffer.from(landed, 'hex'),
    promotion,
  ])
  for (const [asset, environment, head] of [
    [source, from, heads.source],
    [target, to, heads.target],
  ] as const) {
    if (head === undefined) continue
    await client.query("INSERT INTO asset_head VALUES ($1, $2, $3, 'filter', $4, $5)", [
      organization,
      asset,
      environment,
      head.version,
      Buffer.from(head.digest, 'hex'),
    ])
  }
  await client.query("SET session_replication_role = 'origin'")
  client.release()

  async function seenFrom(asset: string | undefined, head: Head) {
    const id = identifier<AssetId>(asset ?? '')
    return withOrganization(control, identifier(organization ?? ''), async (transaction) =>
      (await associationsOf(transaction, [{ id, ...head }])).get(id),
    )
  }
  return {
    source,
    target,
    from,
    to,
    promotion,
    fromSource: (head: Head) => seenFrom(source, head),
    fromTarget: (head: Head) => seenFrom(target, head),
  }
}

const asPromoted = { version: 2, digest: promoted }
const asLanded = { version: 3, digest: landed }

describe('the link of a staging asset with its production asset', () => {
  test('is in sync as the promotion left it, seen from either side', async () => {
    const link = await newLink({ source: asPromoted, target: asLanded })
    const versions = { status: 'in_sync', promotion: link.promotion, sourceVersion: 2, targetVersion: 3 }
    expect(await link.fromSource(asPromoted)).toEqual({
      asset: link.target,
      environment: link.to,
      ...versions,
    })
    expect(await link.fromTarget(asLanded)).toEqual({
      asset: link.source,
      environment: link.from,
      ...versions,
    })
  })

  test('is out of date when staging is newer, unless its content is the promoted one again', async () => {
    const link = await newLink({ source: { version: 4, digest: changed }, target: asLanded })
    expect(await link.fromSource({ version: 4, digest: changed })).toMatchObject({ status: 'out_of_date' })
    expect(await link.fromTarget(asLanded)).toMatchObject({ status: 'out_of_date' })
    expect(await link.fromSource({ version: 5, digest: promoted })).toMatchObject({ status: 'in_sync' })
  })

  test('has drifted when production changed outside a promotion, whatever staging did', async () => {
    const link = await newLink({ source: asPromoted, target: { version: 4, digest: changed } })
    expect(await link.fromSource({ version: 4, digest: changed })).toMatchObject({ status: 'drifted' })
    expect(await link.fromTarget({ version: 4, digest: changed })).toMatchObject({ status: 'drifted' })
  })

  test('has drifted when the very version has other bytes, but not while another promotion is landing', async () => {
    const link = await newLink({ source: asPromoted, target: asLanded })
    expect(await link.fromTarget({ version: 3, digest: changed })).toMatchObject({ status: 'drifted' })
    const landing = { version: 4, digest: changed, promotion: identifier<PromotionId>(uuidv7()) }
    expect(await link.fromTarget(landing)).toMatchObject({ status: 'in_sync' })
  })

  test('is not misread while the index lags behind the logs', async () => {
    const behind = await newLink({ target: { version: 2, digest: changed } })
    expect(await behind.fromSource(asPromoted)).toMatchObject({ status: 'in_sync' })
    expect(await behind.fromTarget(asLanded)).toMatchObject({ status: 'in_sync' })
  })
})
