import { digest } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import type { ScreeningFinding } from '../../screening/finding.ts'
import { screenContent } from '../../screening/screen.ts'
import { digestOf } from '../../trust/canonical.ts'
import type { ServiceContext } from '../context.ts'

/** Stored content: its bytes, and what they say. */
export interface StoredContent {
  readonly bytes: Uint8Array
  readonly content: JsonValue
}

/** What the rules find in stored content; they are only asked where this process does not remember. */
export async function screenStored(
  { caller, screenings }: Pick<ServiceContext, 'caller' | 'screenings'>,
  { bytes, content }: StoredContent,
): Promise<readonly ScreeningFinding[]> {
  const ofBytes = digest(digestOf(bytes))
  const remembered = screenings.recall(caller.organization, ofBytes)
  if (remembered !== undefined) return remembered
  const findings = await screenContent(content)
  screenings.remember(caller.organization, ofBytes, findings)
  return findings
}
