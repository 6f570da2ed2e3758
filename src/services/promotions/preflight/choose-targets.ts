import { v7 as uuidv7 } from 'uuid'
import { type AssetId, identifier } from '../../../domain/identifiers.ts'
import type { RefusedAdoption } from '../../../domain/preflight/preflight.ts'
import type { Baseline } from '../../asset-store.ts'
import type { PlannedRequest } from './planned-request.ts'
import type { Surroundings } from './surroundings.ts'

/** Where each asset of a request lands: with its partner, with the asset it adopts, or under an id reserved for it. */
export interface ChosenTargets {
  /** By staging asset; also partners of assets that are only referred to. */
  readonly targets: ReadonlyMap<AssetId, AssetId>
  readonly adopted: ReadonlySet<AssetId>
  readonly refused: readonly RefusedAdoption[]
}

function refusalOfAdoption(
  { document, assets }: PlannedRequest,
  { partners, associated }: Surroundings,
  baselines: ReadonlyMap<AssetId, Baseline>,
  { asset, target }: PlannedRequest['document']['adopt'][number],
): RefusedAdoption['because'] | null {
  const baseline = baselines.get(target)
  const own = assets.find((one) => one.asset === asset)
  if (baseline === undefined) return 'missing'
  if (own?.type.name !== baseline.type) return 'other-type'
  const twice = document.adopt.filter((one) => one.target === target).length > 1
  return twice || partners.has(asset) || associated.has(target) ? 'associated' : null
}

/** Chooses where a request's assets land. An adoption that cannot be is told of and leaves the asset a new one. */
export function chooseTargets(
  request: PlannedRequest,
  surroundings: Surroundings,
  baselines: ReadonlyMap<AssetId, Baseline>,
): ChosenTargets {
  const targets = new Map([...surroundings.partners].map(([asset, { target }]) => [asset, target]))
  const adopted = new Set<AssetId>()
  const refused: RefusedAdoption[] = []
  for (const adoption of request.document.adopt) {
    const because = refusalOfAdoption(request, surroundings, baselines, adoption)
    if (because !== null) {
      refused.push({ asset: adoption.asset, because })
      continue
    }
    targets.set(adoption.asset, adoption.target)
    adopted.add(adoption.asset)
  }
  for (const { asset } of request.assets) {
    if (!targets.has(asset)) targets.set(asset, identifier<AssetId>(uuidv7()))
  }
  return { targets, adopted, refused }
}
