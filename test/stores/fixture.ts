import type { Pool } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { type Digest, digest, identifier } from '../../src/domain/identifiers.ts'
import type { JsonValue } from '../../src/domain/json.ts'
import type {
  AuthorizedBundle,
  AuthorizedItem,
  LandAnswer,
  LandedVersion,
  WritingAct,
} from '../../src/services/asset-store.ts'
import { canonicalBytes, digestOf } from '../../src/trust/canonical.ts'
import { type LogVerdict, verifyLog } from '../../src/trust/verify-log.ts'

export const grant = Object.freeze({
  origin: 'test.countersign.example/control/somebody',
  index: 41,
  leafHash: digest('ab'.repeat(32)),
})

/** Canonical bytes with their digest. */
export function stored(value: JsonValue): { readonly bytes: Uint8Array; readonly digest: Digest } {
  const bytes = canonicalBytes(value)
  return { bytes, digest: digest(digestOf(bytes)) }
}

export interface ItemParts extends Partial<Omit<AuthorizedItem, 'bytes' | 'digest'>> {
  readonly content?: JsonValue
}

/** An item that creates an asset, unless its parts say otherwise. */
export function itemOf({ content, ...parts }: ItemParts = {}): AuthorizedItem {
  return {
    position: 1,
    environment: identifier('018f0000-0000-7000-8000-00000000000e'),
    type: 'config-modifier-set',
    name: 'Results to the clinic',
    action: 'create',
    target: identifier(uuidv7()),
    baseline: null,
    references: [],
    fence: 1,
    person: identifier('018f0000-0000-7000-8000-00000000000b'),
    ...stored(content ?? { id: uuidv7() }),
    ...parts,
  }
}

/** The item of a next promotion of an asset that has landed, under the next fence. */
export function updateOf(landed: AuthorizedItem, version: number, parts: ItemParts = {}): AuthorizedItem {
  const { target, position, environment, type, name, digest: standing } = landed
  const baseline = { version, digest: standing }
  const fence = landed.fence + 1
  return itemOf({ target, position, environment, type, name, action: 'update', baseline, fence, ...parts })
}

/** An item of a next promotion that leaves its asset as it stands. */
export function unchangedOf(landed: AuthorizedItem, version: number): AuthorizedItem {
  const baseline = { version, digest: landed.digest }
  return { ...landed, action: 'unchanged', baseline, fence: landed.fence + 1 }
}

/** A bundle of a new organization, unless its parts say otherwise; positions are given in the order of the items. */
export function bundleOf(
  items: readonly AuthorizedItem[],
  parts: Partial<AuthorizedBundle> = {},
): AuthorizedBundle {
  return {
    organization: identifier(uuidv7()),
    promotion: identifier(uuidv7()),
    revision: 1,
    grant,
    items: items.map((item, place) => ({ ...item, position: place + 1 })),
    ...parts,
  }
}

/** The same bundle under fences that are higher, or lower, by a number. */
export function fencedBy(bundle: AuthorizedBundle, more: number): AuthorizedBundle {
  return { ...bundle, items: bundle.items.map((item) => ({ ...item, fence: item.fence + more })) }
}

/** A new promotion in the same organization. */
export function nextBundle(bundle: AuthorizedBundle, items: readonly AuthorizedItem[]): AuthorizedBundle {
  return bundleOf(items, { organization: bundle.organization })
}

/** A command that creates a local asset in a new organization, unless its parts say otherwise. */
export function actOf({ content, ...parts }: Partial<WritingAct> & { readonly content?: JsonValue } = {}) {
  const { environment, person, target, fence, bytes, digest: ofBytes } = itemOf({ content: content ?? {} })
  const act: WritingAct = {
    organization: identifier(uuidv7()),
    id: identifier(uuidv7()),
    kind: 'create-asset',
    environment,
    asset: target,
    type: 'destination',
    name: 'The clinic',
    digest: ofBytes,
    bytes,
    secrets: [],
    references: [],
    expectedVersion: 0,
    person,
    fence,
    grant,
    ...parts,
  }
  return act
}

/** The only, or first, element; a test that expected one fails here. */
export function firstOf<Value>(values: readonly Value[]): Value {
  const [first] = values
  if (first === undefined) throw new Error('nothing is there')
  return first
}

/** What landed; a test that expected a landing fails here. */
export function landedItems(answer: LandAnswer): readonly LandedVersion[] {
  if (answer.kind === 'refused') throw new Error(`refused: ${answer.code}`)
  return answer.items
}

const assetTables = [
  'content',
  'asset',
  'asset_version',
  'active_version',
  'fence',
  'landing',
  'discard',
  'performed_act',
]

/** Every row that a store keeps of an organization, besides its log, whole. */
export async function contentsOf(superuser: Pool, organization: string): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {}
  for (const table of assetTables) {
    const query = `SELECT to_jsonb(${table})::text AS row FROM ${table} WHERE organization = $1 ORDER BY 1`
    contents[table] = (await superuser.query(query, [organization])).rows.map(({ row }) => row)
  }
  return contents
}

export interface Entry {
  readonly index: number
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly leafHash: string
  readonly data: Record<string, unknown>
}

/** An organization's log, by index. */
export async function entriesOf(superuser: Pool, organization: string): Promise<readonly Entry[]> {
  const { rows } = await superuser.query(
    `SELECT index::integer, id, type, subject, encode(leaf_hash, 'hex') AS "leafHash",
       convert_from(leaf, 'UTF8')::jsonb -> 'data' AS data FROM log_entry WHERE organization = $1 ORDER BY index`,
    [organization],
  )
  return rows
}

/** What the offline verification says of an organization's whole log. */
export async function verdictOn(superuser: Pool, organization: string, origin: string): Promise<LogVerdict> {
  const entries = await superuser.query(
    'SELECT index::integer, leaf FROM log_entry WHERE organization = $1 ORDER BY index',
    [organization],
  )
  const { size, root } = firstOf(
    (
      await superuser.query('SELECT size::integer, root FROM log_head WHERE organization = $1', [
        organization,
      ])
    ).rows,
  )
  return verifyLog({ origin, entries: entries.rows, expected: { size, root } })
}

/** An asset as its row shows it. */
export async function assetRow(superuser: Pool, organization: string, asset: string) {
  const { rows } = await superuser.query(
    `SELECT version, name, deleted_at IS NOT NULL AS deleted, (SELECT active.version FROM active_version AS active
       WHERE active.organization = asset.organization AND active.asset = asset.id) AS active
     FROM asset WHERE organization = $1 AND id = $2`,
    [organization, asset],
  )
  return rows[0]
}
