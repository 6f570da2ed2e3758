import { and, eq } from 'drizzle-orm'
import { erasureConfirmation } from '../../db/control/erasure-confirmation.ts'
import { erasureProposal } from '../../db/control/erasure-proposal.ts'
import { activeVersion } from '../../db/environment/active-version.ts'
import { asset as assetTable } from '../../db/environment/asset.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { content } from '../../db/every-store/content.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { AssetId, Digest, PersonId } from '../../domain/identifiers.ts'
import type { OpenEnvironment } from '../assets/rules/open-environment.ts'
import { unknownAsset } from '../assets/view/asset-state.ts'
import { Refused } from '../refused.ts'

/** A version as an erasure finds it in its environment's store. */
export interface ErasableVersion {
  readonly asset: AssetId
  readonly type: string
  readonly name: string
  readonly version: number
  readonly digest: Digest
  /** The asset's newest version. */
  readonly newest: number
  readonly erased: boolean
  /** Whether it is the version in use, which an erasure leaves without content. */
  readonly active: boolean
}

/** Who wants a version erased. */
export interface ErasurePeople {
  readonly proposedBy: PersonId
  readonly confirmedBy: PersonId | null
}

/**
 * The version, in the environment of the caller's key.
 *
 * @throws Refused `not-found`.
 */
export async function findErasable(
  { store, environment, control }: OpenEnvironment,
  asset: AssetId,
  version: number,
): Promise<ErasableVersion> {
  const { organization } = control
  return withOrganization(store, organization, async (transaction) => {
    const [owner] = await transaction
      .select({ type: assetTable.type, newest: assetTable.version })
      .from(assetTable)
      .where(
        and(
          eq(assetTable.organization, organization),
          eq(assetTable.id, asset),
          eq(assetTable.environment, environment),
        ),
      )
    if (owner === undefined) throw unknownAsset()
    const [found] = await transaction
      .select({
        name: assetVersion.name,
        digest: assetVersion.digest,
        bytes: content.bytes,
        active: activeVersion.version,
      })
      .from(assetVersion)
      .innerJoin(
        content,
        and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
      )
      .leftJoin(
        activeVersion,
        and(
          eq(activeVersion.organization, assetVersion.organization),
          eq(activeVersion.asset, assetVersion.asset),
        ),
      )
      .where(
        and(
          eq(assetVersion.organization, organization),
          eq(assetVersion.asset, asset),
          eq(assetVersion.version, version),
        ),
      )
    if (found === undefined) throw new Refused('not-found', 'The asset has no such version.')
    const { name, digest, bytes, active } = found
    return { asset, version, ...owner, name, digest, erased: bytes === null, active: active === version }
  })
}

/** Who has asked for a version's erasure so far; undefined when nobody has. */
export async function peopleBehind(
  control: Transaction,
  asset: AssetId,
  version: number,
): Promise<ErasurePeople | undefined> {
  const [row] = await control
    .select({ proposedBy: erasureProposal.proposedBy, confirmedBy: erasureConfirmation.confirmedBy })
    .from(erasureProposal)
    .leftJoin(
      erasureConfirmation,
      and(
        eq(erasureConfirmation.organization, erasureProposal.organization),
        eq(erasureConfirmation.asset, erasureProposal.asset),
        eq(erasureConfirmation.version, erasureProposal.version),
      ),
    )
    .where(
      and(
        eq(erasureProposal.organization, control.organization),
        eq(erasureProposal.asset, asset),
        eq(erasureProposal.version, version),
      ),
    )
  return row
}
