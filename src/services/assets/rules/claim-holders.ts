import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content as contentTable } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import type { Claim } from '../../../domain/asset/claims.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import type { Holder } from '../../../domain/plan/taken.ts'
import { canonicalBytes } from '../../../trust/canonical.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'

/** A claim by the name of its type, and its key there. */
export interface NamedClaim {
  readonly type: string
  readonly key: string
}

function everyClaim({ organization }: Transaction, environment: EnvironmentId): string {
  return `claims/${organization}/${environment}`
}

/** Until the transaction ends, nobody else takes any of this: in one order for everybody, so that none wait in a circle. */
export async function holdClaims(
  transaction: Transaction,
  environment: EnvironmentId,
  claims: readonly NamedClaim[],
): Promise<void> {
  const every = everyClaim(transaction, environment)
  await transaction.execute(sql`select pg_advisory_xact_lock_shared(hashtextextended(${every}, 0))`)
  const places = claims.map(
    ({ type, key }) => `claim/${transaction.organization}/${environment}/${type}/${key}`,
  )
  for (const place of [...new Set(places)].sort()) {
    await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${place}, 0))`)
  }
}

/** The same for whatever may be claimed in an environment: a file may claim more than there is room for single locks. */
export async function holdEveryClaim(transaction: Transaction, environment: EnvironmentId): Promise<void> {
  const every = everyClaim(transaction, environment)
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${every}, 0))`)
}

/** Canonical bytes of whatever makes the same claim hold the canonical bytes of each of its values. */
export function mayHold({ values }: Claim): SQL | undefined {
  return and(
    ...values.map(
      (value) => sql`position(${Buffer.from(canonicalBytes(value))}::bytea in ${contentTable.bytes}) > 0`,
    ),
  )
}

/** What assets of these types hold in an environment by the version that counts, as far as `filter` picks them. */
export async function readHolders(
  transaction: Transaction,
  environment: EnvironmentId,
  types: readonly AssetType[],
  filter?: SQL,
): Promise<readonly Holder[]> {
  const byName = new Map(types.map((type) => [type.name, type]))
  const rows = await transaction
    .select({ target: assetTable.id, type: assetTable.type, bytes: contentTable.bytes })
    .from(assetTable)
    .innerJoin(
      assetVersion,
      and(
        eq(assetVersion.organization, assetTable.organization),
        eq(assetVersion.asset, assetTable.id),
        eq(assetVersion.version, assetTable.version),
      ),
    )
    .innerJoin(
      contentTable,
      and(
        eq(contentTable.organization, assetVersion.organization),
        eq(contentTable.digest, assetVersion.digest),
      ),
    )
    .where(
      and(
        eq(assetTable.organization, transaction.organization),
        eq(assetTable.environment, environment),
        isNull(assetTable.deletedAt),
        inArray(assetTable.type, [...byName.keys()]),
        filter,
      ),
    )
  return rows.flatMap(({ target, type: name, bytes }) => {
    const type = byName.get(name)
    return type === undefined || bytes === null ? [] : [{ target, type, content: parseStrict(bytes) }]
  })
}
