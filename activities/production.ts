import { type CommandId, identifier } from '../src/domain/identifiers.ts'
import type { LandingResult } from '../src/domain/promotion/commands.ts'
import type { LandAnswer } from '../src/services/asset-store.ts'
import { activatePromotion } from '../src/services/production/activate-promotion.ts'
import { discardPromotion } from '../src/services/production/discard-promotion.ts'
import { landPromotion } from '../src/services/production/land-promotion.ts'
import { performCommand } from '../src/services/production/perform-command.ts'
import type { ProductionContext } from '../src/services/production/production-context.ts'
import { readBackPromotion } from '../src/services/production/read-back-promotion.ts'
import { readBaselines } from '../src/services/production/read-baselines.ts'
import { receivePromotion } from '../src/services/production/receive-promotion.ts'
import { rollBackPromotion } from '../src/services/production/roll-back-promotion.ts'
import { verifyAssets } from '../src/services/production/verify-assets.ts'
import type { ProductionActivities } from '../workflows/ports.ts'
import { guarded, type OnActivityError } from './guarded.ts'

/** An act that production must not leave undone was refused. */
export class ActRefused extends Error {
  override readonly name = 'ActRefused'
}

function landingResult(answer: LandAnswer): LandingResult {
  if (answer.kind === 'refused') return answer
  const items = answer.items.map(({ position, asset, version, digest }) => ({
    position,
    target: asset,
    version,
    digest,
  }))
  return { kind: 'landed', items }
}

function insist(answer: { readonly kind: string; readonly code?: string }): void {
  if (answer.kind === 'refused') throw new ActRefused(answer.code)
}

/** The activities of queue `production`, over the pools of login `worker_production`. */
export function createProductionActivities(
  context: ProductionContext,
  onError: OnActivityError,
): ProductionActivities {
  return guarded<ProductionActivities>(
    {
      readBaselines: (organization, assets) => readBaselines(context, { organization, assets }),
      land: async (reference) => landingResult(await landPromotion(context, reference)),
      readBack: async (reference) => landingResult(await readBackPromotion(context, reference)),
      receive: async (reference) => insist(await receivePromotion(context, reference)),
      discard: async (reference) => insist(await discardPromotion(context, reference)),
      activate: (reference) => activatePromotion(context, reference),
      rollback: (reference) => rollBackPromotion(context, reference),
      verifyAssets: (asked) => verifyAssets(context, asked),
      perform: ({ organization, id }) =>
        performCommand(context, { organization, command: identifier<CommandId>(id) }),
    },
    onError,
  )
}
