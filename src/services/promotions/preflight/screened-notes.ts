import type { JsonValue } from '../../../domain/json.ts'
import type { ScreenedNote } from '../../../domain/preflight/preflight.ts'
import { describeFinding } from '../../../screening/describe.ts'
import { screenContent } from '../../../screening/screen.ts'

/** What the rules for content say about rendered content, as notes for preflight. */
export async function screenedNotes(content: JsonValue): Promise<readonly ScreenedNote[]> {
  const findings = await screenContent(content)
  return findings.map((finding) => ({
    about: finding.about,
    sure: finding.confidence === 'high',
    pointer: finding.pointer,
    message: describeFinding(finding),
  }))
}
