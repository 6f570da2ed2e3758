import { and, eq, inArray } from 'drizzle-orm'
import { assetHead } from '../../../db/control/asset-head.ts'
import { content } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import type { Holder } from '../../../domain/plan/taken.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import type { PlannedRequest } from './planned-request.ts'

function claims({ unique = [], cardinality }: AssetType): boolean {
  return unique.length > 0 || cardinality !== undefined
}

/**
 * What stands in the destination of types that a request holds and that limit who may hold the same. Of promotable types
 * whatever stands there was landed, so that control has its content.
 */
export async function standingClaims(
  transaction: Transaction,
  { destination, assets }: PlannedRequest,
): Promise<readonly Holder[]> {
  const types = new Map(assets.filter(({ type }) => claims(type)).map(({ type }) => [type.name, type]))
  if (types.size === 0) return []
  const rows = await transaction
    .select({ target: assetHead.asset, type: assetHead.type, bytes: content.bytes })
    .from(assetHead)
    .innerJoin(
      content,
      and(eq(content.organization, assetHead.organization), eq(content.digest, assetHead.digest)),
    )
    .where(
      and(
        eq(assetHead.organization, transaction.organization),
        eq(assetHead.environment, destination),
        eq(assetHead.deleted, false),
        inArray(assetHead.type, [...types.keys()]),
      ),
    )
  return rows.flatMap(({ target, type: name, bytes }) => {
    const type = types.get(name)
    return type === undefined || bytes === null ? [] : [{ target, type, content: parseStrict(bytes) }]
  })
}
