import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { keepPartnerDetail, partnerPlaces } from '../../../domain/asset/partner-owned.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { Refused } from '../../refused.ts'

function partnersPlaces(pointers: readonly string[]) {
  return pointers.map((pointer) => ({ pointer: `/content${pointer}`, message: 'is a partner’s' }))
}

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
    partnersPlaces(kept.pointers),
  )
}

/** Throws Refused `partner-owned`, naming the places, where what partners own would go with the content that holds it. */
export function refusePartners(type: AssetType, content: JsonValue): void {
  const places = partnerPlaces(type, content)
  if (places.length === 0) return
  throw new Refused(
    'partner-owned',
    'A partner owns part of this asset, which would go with it. Leave the asset as it is, or retire what is yours in it ' +
      'by a next version that keeps what is the partner’s.',
    partnersPlaces(places.map(({ pointer }) => pointer)),
  )
}
