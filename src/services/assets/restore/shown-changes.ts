import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { withoutPartnerDetail } from '../../../domain/asset/partner-owned.ts'
import { type Change, difference } from '../../../domain/plan/difference.ts'
import { maskChanges } from '../../../screening/mask.ts'
import { screenContent } from '../../../screening/screen.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'

/**
 * What would change from one version's bytes to another's. Bytes that were erased show as nothing, of what a partner owns
 * there is no detail, and what looks like a secret or like data of a patient is masked on both sides.
 */
export async function shownChanges(
  type: AssetType,
  before: Uint8Array | null,
  after: Uint8Array,
): Promise<readonly Change[]> {
  const from = before === null ? undefined : withoutPartnerDetail(type, parseStrict(before))
  const to = withoutPartnerDetail(type, parseStrict(after))
  return maskChanges(difference(from, to), {
    before: from === undefined ? [] : await screenContent(from),
    after: await screenContent(to),
  })
}
