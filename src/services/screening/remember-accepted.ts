import type { Digest } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import type { ScreeningFinding } from '../../screening/finding.ts'
import type { ServiceContext } from '../context.ts'

/** Content that was screened before it is stored. */
export interface ScreenedContent {
  readonly content: JsonValue
  readonly bytes: Uint8Array
  readonly digest: Digest
  readonly findings: readonly ScreeningFinding[]
}

/**
 * Keeps what was found in content that is about to be stored. Rules may go by the order of members, so this holds for the
 * stored bytes only where the members came in canonical order; others are screened when they are first read.
 */
export function rememberAccepted(
  { caller, screenings }: Pick<ServiceContext, 'caller' | 'screenings'>,
  { content, bytes, digest, findings }: ScreenedContent,
): void {
  if (!Buffer.from(JSON.stringify(content)).equals(bytes)) return
  screenings.remember(caller.organization, digest, findings)
}
