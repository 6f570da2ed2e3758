import type { ScreenedNote } from '../../../domain/preflight/preflight.ts'
import { describeFinding } from '../../../screening/describe.ts'
import type { ScreeningFinding } from '../../../screening/finding.ts'
import { screenContent } from '../../../screening/screen.ts'
import type { StoredContent } from '../../screening/screen-stored.ts'

/** What the rules for content find in rendered content; whoever serves many callers may remember it. */
export type Screen = (rendered: StoredContent) => Promise<readonly ScreeningFinding[]>

/** Asks the rules anew each time. */
export const screenAnew: Screen = ({ content }) => screenContent(content)

/** What the rules for content say about rendered content, as notes for preflight. */
export async function screenedNotes(
  rendered: StoredContent,
  screen: Screen,
): Promise<readonly ScreenedNote[]> {
  const findings = await screen(rendered)
  return findings.map((finding) => ({
    about: finding.about,
    sure: finding.confidence === 'high',
    pointer: finding.pointer,
    message: describeFinding(finding),
  }))
}
