import { or } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import { claimsOf } from '../../../domain/asset/claims.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import { takenFindings } from '../../../domain/plan/taken.ts'
import { Refused } from '../../refused.ts'
import { holdEveryClaim, mayHold, readHolders } from '../rules/claim-holders.ts'
import type { AcceptedAsset } from './accept-file.ts'

const mostLookedFor = 200

/**
 * Refuses a file by which more assets would hold the same than may: of the file, or of those here that it leaves alone.
 * The file is judged as a whole, since its assets may take from each other; until the transaction ends nobody else takes
 * what it holds.
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
  await holdEveryClaim(transaction, environment)
  const types = [...new Set(claiming.map(({ accepted: { type } }) => type))]
  const claims = claiming.flatMap(({ accepted: { type, content } }) => claimsOf(type, content))
  // Fewer contents are read where it is known what to look for.
  const filter = claims.length > mostLookedFor ? undefined : or(...claims.map(mayHold))
  const findings = takenFindings(
    claiming.map(({ asset, target, accepted: { type, content } }) => ({
      asset: asset.id,
      target,
      type,
      content,
    })),
    await readHolders(transaction, environment, types, filter),
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
