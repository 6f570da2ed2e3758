import type { StorePool } from '../db/pool.ts'
import { publishKeys } from '../services/secrets/keys/publish-keys.ts'
import { sealingKeys } from '../services/secrets/keys/sealing-key.ts'
import { resealSecrets } from '../services/secrets/reseal-secrets.ts'
import type { Logger } from '../telemetry/logger.ts'
import { type RepeatOptions, type Repetition, repeat } from './repeat.ts'

export interface SealingOptions {
  readonly store: StorePool
  readonly control: StorePool
  /** Master keys, the newest first. */
  readonly masters: readonly Uint8Array[]
  readonly logger: Logger
}

/**
 * Keeps publishing the newest key for every environment of the worker's kind, and sealing again what is sealed with an
 * older one. Without a master key it does nothing, and the log says what that means.
 */
export function startSealing(
  { store, control, masters, logger }: SealingOptions,
  options: RepeatOptions,
): Repetition {
  const keys = sealingKeys(masters)
  const [newest] = keys
  if (newest === undefined) {
    const kind = store.store
    logger.warn({ kind }, 'no sealing key is configured: secrets of these environments cannot be supplied')
    return { stop: async () => {} }
  }
  const reported = new Set<string>()
  const onUnopenable: Parameters<typeof resealSecrets>[0]['onUnopenable'] = ({ pointer: _, ...place }) => {
    if (reported.has(place.asset)) return
    reported.add(place.asset)
    logger.error(place, 'a sealed value does not open in its place and has to be supplied again')
  }
  return repeat(async () => {
    while ((await publishKeys(control, newest)) > 0) {}
    const values = await resealSecrets({ store, control, keys, onUnopenable })
    if (values > 0) logger.info({ values, kid: newest.kid }, 'values were sealed again')
  }, options)
}
