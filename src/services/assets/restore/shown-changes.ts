import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { withoutPartnerDetail } from '../../../domain/asset/partner-owned.ts'
import { digest } from '../../../domain/identifiers.ts'
import { type Change, difference } from '../../../domain/plan/difference.ts'
import { maskChanges } from '../../../screening/mask.ts'
import { screenContent } from '../../../screening/screen.ts'
import { digestOf } from '../../../trust/canonical.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import type { ServiceContext } from '../../context.ts'
import { screenStored } from '../../screening/screen-stored.ts'

type Screenings = Pick<ServiceContext, 'caller' | 'screenings'>

/** What a caller sees of a version's bytes, and what the rules find in that. */
async function shownOf(context: Screenings, type: AssetType, bytes: Uint8Array) {
  const stored = parseStrict(bytes)
  const content = withoutPartnerDetail(type, stored)
  // What is remembered belongs to the bytes, and so to nothing that differs from them.
  const findings =
    content === stored
      ? await screenStored(context, { digest: digest(digestOf(bytes)), content })
      : await screenContent(content)
  return { content, findings }
}

/**
 * What would change from one version's bytes to another's. Bytes that were erased show as nothing, of what a partner owns
 * there is no detail, and what looks like a secret or like data of a patient is masked on both sides.
 */
export async function shownChanges(
  context: Screenings,
  type: AssetType,
  before: Uint8Array | null,
  after: Uint8Array,
): Promise<readonly Change[]> {
  const from = before === null ? undefined : await shownOf(context, type, before)
  const to = await shownOf(context, type, after)
  return maskChanges(difference(from?.content, to.content), {
    before: from?.findings ?? [],
    after: to.findings,
  })
}
