import { ActivityFailure, continueAsNew } from '@temporalio/workflow'
import {
  addCounts,
  type LandedAsset,
  nothingSwept,
  type SweepCounts,
  type SweepCursor,
} from '../src/domain/drift/sweep.ts'
import type { OrganizationId } from '../src/domain/identifiers.ts'
import { sweep, sweptProductionOf } from './activities.ts'

/** Where a sweep stands when it goes on in a new run; nothing of it at its start. */
export interface DriftSweepInput {
  readonly cursor?: SweepCursor
  readonly counts?: SweepCounts
}

const pagesInOneRun = 50

async function compare(
  organization: OrganizationId,
  store: string,
  landed: readonly LandedAsset[],
): Promise<SweepCounts> {
  try {
    const assets = landed.map(({ asset }) => asset)
    const standing = await sweptProductionOf(store).verifyAssets({ organization, assets })
    const found = new Map(standing.map((one) => [one.asset, one]))
    const compared = landed.flatMap(({ store: _, ...one }) => {
      const stands = found.get(one.asset)
      return stands === undefined ? [] : [{ landed: one, standing: stands }]
    })
    const recorded = await sweep.recordDrift(organization, compared)
    return { compared: compared.length, unreached: 0, ...recorded }
  } catch (error) {
    // One production that is away must not keep the others from being looked at.
    if (!(error instanceof ActivityFailure)) throw error
    return { ...nothingSwept, unreached: landed.length }
  }
}

/** Compares everything that ever landed with what stands in production now, page by page, and records what differs. */
export async function driftSweepWorkflow(input: DriftSweepInput): Promise<SweepCounts> {
  let cursor: SweepCursor | null = input.cursor ?? null
  let counts = input.counts ?? nothingSwept
  for (let pages = 0; pages < pagesInOneRun; pages += 1) {
    const page = await sweep.findLandedAssets(cursor)
    if (page === null) return counts
    for (const [store, landed] of Map.groupBy(page.landed, (one) => one.store)) {
      counts = addCounts(counts, await compare(page.organization, store, landed))
    }
    cursor = page.next
  }
  return continueAsNew<typeof driftSweepWorkflow>({ ...(cursor === null ? {} : { cursor }), counts })
}
