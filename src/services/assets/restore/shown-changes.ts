import { type Change, difference } from '../../../domain/plan/difference.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'

/** What would change from one version's bytes to another's. Bytes that were erased show as nothing. */
export function shownChanges(before: Uint8Array | null, after: Uint8Array): readonly Change[] {
  return difference(before === null ? undefined : parseStrict(before), parseStrict(after))
}
