import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { keepPartnerDetail } from '../../../domain/asset/partner-owned.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { Refused } from '../../refused.ts'

/**
 * Content of the version after `before` with the stored detail of what partners own, which its writer has never seen.
 *
 * @throws Refused `partner-owned` where it would add, change or remove such a thing.
 */
export function keepPartners(type: AssetType, before: JsonValue | null, content: JsonValue): JsonValue {
  if (before === null) return content
  const kept = keepPartnerDetail(type, before, content)
  if (kept.kind === 'kept') return kept.content
  throw new Refused(
    'partner-owned',
    'A partner owns this, and only they add, change or remove it. Send it back as it is shown.',
    kept.pointers.map((pointer) => ({ pointer: `/content${pointer}`, message: 'is a partner’s' })),
  )
}
