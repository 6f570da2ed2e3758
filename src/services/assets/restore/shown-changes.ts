import { type Change, difference } from '../../../domain/plan/difference.ts'
import { maskChanges } from '../../../screening/mask.ts'
import { screenContent } from '../../../screening/screen.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'

/**
 * What would change from one version's bytes to another's, masked where it looks like a secret or like data of a patient.
 * Bytes that were erased show as nothing.
 */
export async function shownChanges(before: Uint8Array | null, after: Uint8Array): Promise<readonly Change[]> {
  const older = before === null ? undefined : parseStrict(before)
  const newer = parseStrict(after)
  return maskChanges(difference(older, newer), {
    before: older === undefined ? [] : await screenContent(older),
    after: await screenContent(newer),
  })
}
