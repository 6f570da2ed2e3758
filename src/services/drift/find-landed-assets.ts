import { and, asc, eq, gt } from 'drizzle-orm'
import { association } from '../../db/control/association.ts'
import { environment } from '../../db/control/environment.ts'
import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { LandedPage, SweepCursor } from '../../domain/drift/sweep.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'

const pageSize = 100
const beforeAll = '00000000-0000-0000-0000-000000000000'

async function organizationAfter({ pool }: StorePool, organization: string): Promise<OrganizationId | null> {
  const { rows } = await pool.query<{ next: OrganizationId | null }>(
    'select next_associated_organization($1) as next',
    [organization],
  )
  return rows[0]?.next ?? null
}

/** The next production assets to compare with what was landed in them, by organization and asset; null after the last. */
export async function findLandedAssets(
  control: StorePool,
  cursor: SweepCursor | null,
): Promise<LandedPage | null> {
  const after = cursor?.asset ?? null
  const organization =
    cursor === null || after === null
      ? await organizationAfter(control, cursor?.organization ?? beforeAll)
      : cursor.organization
  if (organization === null) return null
  const landed = await withOrganization(control, organization, (transaction) =>
    transaction
      .select({
        asset: association.targetAsset,
        store: environment.store,
        promotion: association.promotion,
        version: association.targetVersion,
        digest: association.targetDigest,
      })
      .from(association)
      .innerJoin(
        environment,
        and(
          eq(environment.organization, association.organization),
          eq(environment.id, association.destinationEnvironment),
        ),
      )
      .where(
        and(
          eq(association.organization, organization),
          after === null ? undefined : gt(association.targetAsset, after),
        ),
      )
      .orderBy(asc(association.targetAsset))
      .limit(pageSize),
  )
  const asset = landed.length < pageSize ? null : (landed.at(-1)?.asset ?? null)
  return { organization, landed, next: { organization, asset } }
}
