import { and, eq } from 'drizzle-orm'
import { logEntry } from '../../../db/log/log-entry.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { mostFileBytes } from '../../../domain/asset/assets-file.ts'
import { digest } from '../../../domain/identifiers.ts'
import { isJsonObject } from '../../../domain/json.ts'
import { readLeaf } from '../../../trust/leaf.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { readContent } from '../../content/save-content.ts'
import { Refused } from '../../refused.ts'
import type { ImportResult } from './assets-file.ts'
import type { Imported } from './import-assets.ts'

/**
 * What an earlier import answered, by its entry in the log.
 *
 * @throws Refused `not-found` when that was erased.
 */
export async function readImport(transaction: Transaction, entry: string): Promise<Imported> {
  const [row] = await transaction
    .select({ leaf: logEntry.leaf })
    .from(logEntry)
    .where(and(eq(logEntry.organization, transaction.organization), eq(logEntry.id, entry)))
  const details = row === undefined ? undefined : readLeaf(row.leaf).data.details
  const named = isJsonObject(details) ? details.result : undefined
  const bytes = typeof named === 'string' ? await readContent(transaction, digest(named)) : undefined
  if (bytes === undefined) throw new Refused('not-found', 'What this import answered was erased.')
  // Written by an import, in this very shape.
  const result = parseStrict(bytes, { bytes: mostFileBytes }) as unknown as ImportResult
  return { kind: 'imported', ...result, replayed: true }
}
