import { and, eq, notInArray, type SQL, sql } from 'drizzle-orm'
import { activeVersion } from '../../../db/environment/active-version.ts'
import { asset } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { builtInAssetTypes } from '../../../domain/asset/registry.ts'
import {
  type AssetId,
  type Digest,
  type EnvironmentId,
  type Instant,
  instant,
  type PersonId,
} from '../../../domain/identifiers.ts'
import { Refused } from '../../refused.ts'
import type { AcceptedContent } from '../rules/accept-content.ts'
import type { CurrentAsset } from '../rules/check-next-version.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'
import { findTypes } from '../types/find-types.ts'
import { type AssociationState, associationsOf } from './associations.ts'
import { missingIn } from './missing-in.ts'
import { suppliedSecrets } from './supplied-secrets.ts'

/** An asset as its environment has it now. Version 0 and no digest: nothing that landed in it counts. */
export interface AssetState {
  readonly id: AssetId
  readonly type: string
  readonly name: string
  readonly environment: EnvironmentId
  readonly version: number
  readonly digest: Digest | null
  readonly activeVersion: number | null
  readonly association?: AssociationState
  /** Pointers of secrets that the content speaks of and this environment has not been given. */
  readonly missingSecrets: readonly string[]
  /** Pointers of references to assets that this environment does not have. */
  readonly unresolvedReferences: readonly string[]
  readonly createdAt: Instant
  readonly createdBy: PersonId
  readonly updatedAt: Instant
  readonly updatedBy: PersonId
  readonly deletedAt: Instant | null
  readonly deletedBy: PersonId | null
}

/** What an asset's entity tag says: which version was seen, and its bytes. */
export function assetTag({ version, digest }: Pick<AssetState, 'version' | 'digest'>): string {
  return digest === null ? String(version) : `${version}-${digest}`
}

// Of these no content is read: whether another type has secrets is known only after its look-up.
const typesWithoutSecrets = builtInAssetTypes
  .filter(({ secrets }) => secrets.length === 0)
  .map(({ name }) => name)

const unresolvedReferences = sql<string[]>`array(select reference.pointer from asset_reference as reference
  where reference.organization = ${asset.organization} and reference.environment = ${asset.environment}
    and reference.asset = ${asset.id} and reference.version = ${asset.version}
    and not exists (select from asset as target where target.organization = reference.organization
      and target.environment = reference.environment and target.id = reference.target and target.deleted_at is null)
  order by reference.position limit 100)`

function readRows(transaction: Transaction, filter: SQL | undefined, limit: number) {
  return transaction
    .select({
      id: asset.id,
      type: asset.type,
      name: asset.name,
      environment: asset.environment,
      version: asset.version,
      digest: assetVersion.digest,
      promotion: assetVersion.promotion,
      activeVersion: activeVersion.version,
      createdAt: asset.createdAt,
      createdBy: asset.createdBy,
      updatedAt: asset.updatedAt,
      updatedBy: asset.updatedBy,
      deletedAt: asset.deletedAt,
      unresolvedReferences,
      bytes: content.bytes,
    })
    .from(asset)
    .leftJoin(
      assetVersion,
      and(
        eq(assetVersion.organization, asset.organization),
        eq(assetVersion.asset, asset.id),
        eq(assetVersion.version, asset.version),
      ),
    )
    .leftJoin(
      activeVersion,
      and(eq(activeVersion.organization, asset.organization), eq(activeVersion.asset, asset.id)),
    )
    .leftJoin(
      content,
      and(
        eq(content.organization, assetVersion.organization),
        eq(content.digest, assetVersion.digest),
        notInArray(asset.type, typesWithoutSecrets),
      ),
    )
    .where(and(eq(asset.organization, transaction.organization), filter))
    .orderBy(sql`${asset.id} desc`)
    .limit(limit)
}

type AssetRow = Omit<Awaited<ReturnType<typeof readRows>>[number], 'unresolvedReferences'> & {
  readonly unresolvedReferences: readonly string[]
}

function stateOf(
  { bytes, promotion: _, createdAt, updatedAt, deletedAt, ...row }: AssetRow,
  type: AssetType | undefined,
  supplied: ReadonlySet<string> | undefined,
  association: AssociationState | undefined,
): AssetState {
  return {
    ...row,
    ...(association === undefined ? {} : { association }),
    missingSecrets: missingIn(type, bytes, supplied),
    createdAt: instant(createdAt),
    updatedAt: instant(updatedAt),
    deletedAt: deletedAt && instant(deletedAt),
    // Nothing changes an asset once it is deleted.
    deletedBy: deletedAt && row.updatedBy,
  }
}

/**
 * Assets of an open environment that `filter` picks, newest first. By id alone: a UUIDv7 tells the order of creation,
 * and unlike a time it loses nothing on its way through a cursor.
 */
export async function readAssets(
  { store, control, environment }: OpenEnvironment,
  filter: SQL | undefined,
  limit: number,
): Promise<readonly AssetState[]> {
  const here = and(eq(asset.environment, environment), filter)
  const { rows, supplied } = await withOrganization(store, control.organization, async (transaction) => {
    const found = await readRows(transaction, here, limit)
    // Content is read only of types that may have secrets.
    const withSecrets = found.flatMap(({ id, bytes }) => (bytes === null ? [] : [id]))
    return { rows: found, supplied: await suppliedSecrets(transaction, withSecrets) }
  })
  const types = await findTypes(
    control,
    rows.map(({ type }) => type),
  )
  const associations = await associationsOf(control, rows)
  return rows.map((row) => stateOf(row, types.get(row.type), supplied.get(row.id), associations.get(row.id)))
}

/**
 * The asset whose newest version the transaction has written, as it will be once that commits. Only what may have changed
 * otherwise is read again.
 */
export async function stateAfter(
  transaction: Transaction,
  { id, digest, deleted: _, ...current }: CurrentAsset,
  { type, references, bytes }: AcceptedContent,
  association: AssociationState | undefined,
): Promise<AssetState> {
  const [unresolved, supplied] = await Promise.all([
    references.length === 0 ? undefined : readUnresolved(transaction, id),
    type.secrets.length === 0 ? undefined : suppliedSecrets(transaction, [id]),
  ])
  const withSecrets = type.secrets.length === 0 ? null : bytes
  const row = { ...current, id, digest, bytes: withSecrets, promotion: null, deletedAt: null }
  return stateOf({ ...row, unresolvedReferences: unresolved ?? [] }, type, supplied?.get(id), association)
}

async function readUnresolved(transaction: Transaction, id: AssetId): Promise<readonly string[]> {
  const here = and(eq(asset.organization, transaction.organization), eq(asset.id, id))
  const [row] = await transaction.select({ unresolvedReferences }).from(asset).where(here)
  return row?.unresolvedReferences ?? []
}

/**
 * One asset of an open environment, deleted or not.
 *
 * @throws Refused `not-found`.
 */
export async function readAsset(opened: OpenEnvironment, id: AssetId): Promise<AssetState> {
  const [state] = await readAssets(opened, eq(asset.id, id), 1)
  if (state === undefined) throw unknownAsset()
  return state
}

export function unknownAsset(): Refused {
  return new Refused('not-found', 'The environment of your key has no such asset.')
}
