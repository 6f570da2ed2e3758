import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { keepPartnerDetail } from '../../../domain/asset/partner-owned.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { Refused } from '../../refused.ts'
import type { CurrentAsset } from './check-next-version.ts'

/**
 * Content of a next version with the stored detail of what partners own, which its writer has never seen.
 *
 * @throws Refused `partner-owned` where it would add, change or remove such a thing.
 */
export function keepPartners(
  type: AssetType,
  { bytes }: Pick<CurrentAsset, 'bytes'>,
  content: JsonValue,
): JsonValue {
  if (bytes === null || (type.partnerOwned ?? []).length === 0) return content
  const kept = keepPartnerDetail(type, parseStrict(bytes), content)
  if (kept.kind === 'kept') return kept.content
  throw new Refused(
    'partner-owned',
    'A partner owns this, and only they add, change or remove it. Send it back as it is shown.',
    kept.pointers.map((pointer) => ({ pointer: `/content${pointer}`, message: 'is a partner’s' })),
  )
}
