import { and, asc, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { assetType } from '../../../db/control/asset-type.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { lockType } from './lock-type.ts'
import { asAssetType, builtInTypes, type RegisteredType } from './registered-type.ts'

/** The organization's own types that `filter` picks, each in its newest version, by name. */
export async function readOwnTypes(
  control: Transaction,
  filter: SQL | undefined,
  limit?: number,
): Promise<readonly RegisteredType[]> {
  const query = control
    .selectDistinctOn([sql`${assetType.name} collate "C"`], {
      name: assetType.name,
      version: assetType.version,
      definition: assetType.definition,
      digest: assetType.digest,
    })
    .from(assetType)
    .where(and(eq(assetType.organization, control.organization), filter))
    .orderBy(asc(sql`${assetType.name} collate "C"`), desc(assetType.version))
  const rows = limit === undefined ? await query : await query.limit(limit)
  return rows.map(({ name, version, definition, digest }) => ({
    type: asAssetType(name, parseStrict(definition)),
    version,
    digest,
    builtIn: false,
  }))
}

/**
 * The types of these names in the organization's registry; names that it does not know are left out. Built-in ones cost
 * no query, all others together one. What is held does not change until the transaction ends.
 */
export async function findTypes(
  control: Transaction,
  names: Iterable<string>,
  how: 'read' | 'hold' = 'read',
): Promise<ReadonlyMap<string, AssetType>> {
  const asked = new Set(names)
  const found = new Map<string, AssetType>()
  for (const { type } of builtInTypes) if (asked.delete(type.name)) found.set(type.name, type)
  if (asked.size === 0) return found
  if (how === 'hold') for (const name of [...asked].sort()) await lockType(control, name, 'shared')
  const own = await readOwnTypes(control, inArray(assetType.name, [...asked]))
  for (const { type } of own) found.set(type.name, type)
  return found
}
