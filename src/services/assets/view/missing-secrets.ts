import { and, eq, inArray } from 'drizzle-orm'
import { sealedSecret } from '../../../db/environment/sealed-secret.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { formatPointer, matchPointer, parsePointer } from '../../../domain/asset/json/pointer.ts'
import { presenceFlag } from '../../../domain/asset/secrets.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'

/** Places of each asset for which the transaction's store holds a sealed value. */
export async function suppliedSecrets(
  transaction: Transaction,
  assets: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, ReadonlySet<string>>> {
  if (assets.length === 0) return new Map()
  const rows = await transaction
    .select({ asset: sealedSecret.asset, pointer: sealedSecret.pointer })
    .from(sealedSecret)
    .where(and(eq(sealedSecret.organization, transaction.organization), inArray(sealedSecret.asset, assets)))
  const byAsset = Map.groupBy(rows, ({ asset }) => asset)
  return new Map([...byAsset].map(([asset, places]) => [asset, new Set(places.map((one) => one.pointer))]))
}

/**
 * Pointers of the secrets that content says it has, by `has<Field>` in the place of each, and that its environment has
 * not been given.
 */
export function missingSecrets(
  type: AssetType,
  content: JsonValue,
  supplied: ReadonlySet<string>,
): readonly string[] {
  return type.secrets.flatMap((pattern) => {
    const tokens = parsePointer(pattern)
    const field = tokens.at(-1) ?? ''
    const flags = matchPointer(content, formatPointer([...tokens.slice(0, -1), presenceFlag(field)]))
    return flags.flatMap(({ pointer, value }) => {
      const place = formatPointer([...parsePointer(pointer).slice(0, -1), field])
      return value === true && !supplied.has(place) ? [place] : []
    })
  })
}
