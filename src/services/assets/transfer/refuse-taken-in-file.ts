import { and, eq, inArray, isNull } from 'drizzle-orm'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content as contentTable } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { claimsOf } from '../../../domain/asset/claims.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import { type Holder, takenFindings } from '../../../domain/plan/taken.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { Refused } from '../../refused.ts'
import type { AcceptedAsset } from './accept-file.ts'

async function standing(
  transaction: Transaction,
  environment: EnvironmentId,
  claiming: readonly AcceptedAsset[],
): Promise<readonly Holder[]> {
  const types = new Map(claiming.map(({ accepted: { type } }) => [type.name, type]))
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
        inArray(assetTable.type, [...types.keys()]),
      ),
    )
  return rows.flatMap(({ target, type: name, bytes }) => {
    const type = types.get(name)
    return type === undefined || bytes === null ? [] : [{ target, type, content: parseStrict(bytes) }]
  })
}

/**
 * Refuses a file by which more assets would hold the same than may: of the file, or of those here that it leaves alone.
 *
 * @throws Refused `invalid-body` naming every such place.
 */
export async function refuseTakenInFile(
  transaction: Transaction,
  environment: EnvironmentId,
  accepted: readonly AcceptedAsset[],
): Promise<void> {
  const claiming = accepted
    .filter(({ accepted: { type, content } }) => claimsOf(type, content).length > 0)
    .toSorted((one, other) => one.asset.place - other.asset.place)
  if (claiming.length === 0) return
  const findings = takenFindings(
    claiming.map(({ asset, target, accepted: { type, content } }) => ({
      asset: asset.id,
      target,
      type,
      content,
    })),
    await standing(transaction, environment, claiming),
  )
  if (findings.length === 0) return
  const places = new Map(claiming.map(({ asset }) => [asset.id, asset.place]))
  throw new Refused(
    'invalid-body',
    'Nothing was imported: only so many assets of a type may hold the same in one environment. See its rules at GET /v1/asset-types/{type}.',
    findings.map(({ asset, pointer }) => ({
      pointer: `/assets/${places.get(asset)}/content${pointer}`,
      message: 'is held by too many assets',
    })),
  )
}
