import { freezePins, type SourceStores } from '../src/services/promotions/preflight/freeze-pins.ts'
import type { SourceActivities } from '../workflows/ports.ts'
import { guarded, type OnActivityError } from './guarded.ts'

/** The activities of a source environment's queue, over the pools of its worker's login. */
export function createSourceActivities(stores: SourceStores, onError: OnActivityError): SourceActivities {
  return guarded<SourceActivities>({ freezePins: (reference) => freezePins(stores, reference) }, onError)
}
