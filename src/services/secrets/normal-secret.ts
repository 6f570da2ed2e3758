import { isJsonObject, type JsonValue } from '../../domain/json.ts'
import { canonicalBytes } from '../../trust/canonical.ts'

// From the first visible character to the last, in one pass; what only has invisible ones stays as it is.
const visible = /[^\s\p{Cc}\p{Cf}](?:.*[^\s\p{Cc}\p{Cf}])?/su

function trimmed(value: string): string {
  return visible.exec(value)?.[0] ?? value
}

// Lenient, as those who read such a file are: a repeated member must not keep it from being recognised. What is nested
// too deeply, or holds half a character, has no canonical form and is compared as text.
function canonicalObject(value: string): string | undefined {
  try {
    const parsed = JSON.parse(value) as JsonValue
    return isJsonObject(parsed) ? new TextDecoder().decode(canonicalBytes(parsed)) : undefined
  } catch {
    return undefined
  }
}

/**
 * What a secret is compared by: equal for values that whoever checks them may take for one. Never what is sealed, which
 * is what was sent. Without white space and invisible characters at its ends, line breaks as LF, a JSON object in its
 * canonical form. NFKC rather than NFC, since password checks by SASLprep, PostgreSQL's among them, fold just so.
 */
export function normalSecret(value: string): string {
  const text = canonicalObject(trimmed(value)) ?? value.replaceAll('\r\n', '\n')
  return trimmed(text.normalize('NFKC'))
}
