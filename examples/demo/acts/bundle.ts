import { referenceBindings } from '../../bindings.ts'
import type { Answer } from '../client.ts'
import type { Setting } from '../setting.ts'
import { idIn } from './assets.ts'

/** What is promoted together, by file name and type. */
const bundle = [
  { file: 'config-modifier-facility-code', type: 'configModifier' },
  { file: 'config-modifier-result-notes', type: 'configModifier' },
  { file: 'filter-cardiology', type: 'filter' },
  { file: 'translation-set-patient-class', type: 'translationSet' },
  { file: 'value-set-local-class', type: 'valueSet' },
  { file: 'value-set-patient-class', type: 'valueSet' },
] as const

/** The asset that the second editor changes, and whose changes the story follows. */
export const followed = 'config-modifier-facility-code'

/** The body that asks for the bundle, with production's source and destination in the place of staging's. */
export function bundleRequest({ staging, production, environments }: Setting, reason: string) {
  return {
    promotingAssets: bundle.map(({ file, type }) => ({ id: idIn(staging, file), type })),
    fromEnvironment: { id: environments.staging },
    toEnvironment: { id: environments.production },
    reason,
    bindings: referenceBindings.map(({ from, to }) => ({
      from: idIn(staging, from),
      to: idIn(production, to),
    })),
  }
}

/** The requester asks for the bundle. */
export function requestBundle(setting: Setting, reason: string): Promise<Answer> {
  const { ask, cast } = setting
  return ask(cast.requester.staging, 'POST', '/v1/promotions', { body: bundleRequest(setting, reason) })
}
