import type { StorePool } from '../db/pool.ts'
import type { CheckKey } from '../services/promotions/preflight/checks/keys/check-key.ts'
import { publishCheckKeys } from '../services/promotions/preflight/checks/keys/publish-check-keys.ts'
import type { Logger } from '../telemetry/logger.ts'
import { type RepeatOptions, type Repetition, repeat } from './repeat.ts'

/**
 * Keeps publishing the key of every organization by which checks outside know it. Without a key it does nothing, and the
 * log says what that means.
 */
export function startCheckKeys(
  control: StorePool,
  key: CheckKey | undefined,
  logger: Logger,
  options: RepeatOptions,
): Repetition {
  if (key === undefined) {
    logger.warn('no key for checks is configured: promotions are blocked where a policy names checks')
    return { stop: async () => {} }
  }
  return repeat(async () => {
    while ((await publishCheckKeys(control, key)) > 0) {}
  }, options)
}
