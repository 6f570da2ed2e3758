import type { Transaction } from '../../../db/transaction.ts'
import { instant } from '../../../domain/identifiers.ts'
import type { Baseline } from '../../asset-store.ts'
import { judgingAnew } from './judged-content.ts'
import type { PlannedRequest } from './planned-request.ts'
import type { RoutingGround } from './route-request.ts'
import { screenAnew } from './screened-notes.ts'
import { readComparedContents, readSurroundings } from './surroundings.ts'

/** What a request is routed and planned on now, with production's answers as they were given. */
export async function readGround(
  transaction: Transaction,
  request: PlannedRequest,
  baselines: readonly Baseline[],
): Promise<RoutingGround> {
  const surroundings = await readSurroundings(transaction, request)
  const contents = await readComparedContents(transaction, request, surroundings, baselines)
  const anew = { screen: screenAnew, judge: judgingAnew() }
  return { surroundings, baselines, contents, ...anew, now: instant(Date.now()) }
}
