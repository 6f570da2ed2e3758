import type { Digest } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import type { ScreeningFinding } from '../../screening/finding.ts'
import { screenContent } from '../../screening/screen.ts'
import type { ServiceContext } from '../context.ts'

/** Stored content: the digest of its bytes, and what they say. */
export interface StoredContent {
  readonly digest: Digest
  readonly content: JsonValue
}

/** What the rules find in stored content; they are only asked where this process does not remember. */
export async function screenStored(
  { caller, screenings }: Pick<ServiceContext, 'caller' | 'screenings'>,
  { digest, content }: StoredContent,
): Promise<readonly ScreeningFinding[]> {
  const remembered = screenings.recall(caller.organization, digest)
  if (remembered !== undefined) return remembered
  const findings = await screenContent(content)
  screenings.remember(caller.organization, digest, findings)
  return findings
}
