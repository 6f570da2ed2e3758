import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { missingSecrets } from '../../../domain/asset/secrets.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'

/** Places of stored content that say they have a secret, of which no value was supplied; none where nothing is stored. */
export function missingIn(
  type: AssetType | undefined,
  bytes: Uint8Array | null,
  supplied: ReadonlySet<string> = new Set(),
): readonly string[] {
  return type === undefined || bytes === null ? [] : missingSecrets(type, parseStrict(bytes), supplied)
}
