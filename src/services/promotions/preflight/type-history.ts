import { and, asc, eq, inArray } from 'drizzle-orm'
import { assetType } from '../../../db/control/asset-type.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { isBuiltIn } from '../../../domain/asset/registry.ts'
import { type Instant, instant } from '../../../domain/identifiers.ts'
import type { PlannedRequest } from './planned-request.ts'

/** From when each version of a type counts, by the type's name, oldest first. */
export type TypeHistory = ReadonlyMap<
  string,
  readonly { readonly version: number; readonly since: Instant }[]
>

/** The versions of the organization's own types that a request's assets are of. Built-in ones have one. */
export async function readTypeHistory(
  transaction: Transaction,
  { assets }: PlannedRequest,
): Promise<TypeHistory> {
  const own = new Set(assets.filter(({ type }) => !isBuiltIn(type)).map(({ type }) => type.name))
  if (own.size === 0) return new Map()
  const rows = await transaction
    .select({ name: assetType.name, version: assetType.version, createdAt: assetType.createdAt })
    .from(assetType)
    .where(and(eq(assetType.organization, transaction.organization), inArray(assetType.name, [...own])))
    .orderBy(asc(assetType.version))
  const versions = rows.map(({ name, version, createdAt }) => ({ name, version, since: instant(createdAt) }))
  return Map.groupBy(versions, ({ name }) => name)
}

/** The version of a type that counted at a time, by control's clock; 1 for what has only ever had one. */
export function typeVersionAt(history: TypeHistory, { name }: AssetType, at: Instant): number {
  return history.get(name)?.findLast(({ since }) => since <= at)?.version ?? 1
}
