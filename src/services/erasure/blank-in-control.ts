import { and, eq, sql } from 'drizzle-orm'
import { promotionItem } from '../../db/control/promotion-item.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Digest } from '../../domain/identifiers.ts'
import { blankBytes } from './erase-bytes.ts'

/**
 * Blanks control's copies of an erased version: snapshots of it, and what plans rendered from it. A digest that control
 * never had is noted as erased, so that a promotion under way does not bring its bytes in.
 */
export async function blankInControl(control: Transaction, digest: Digest): Promise<void> {
  const { organization } = control
  await control.execute(sql`insert into content (organization, digest, bytes)
    values (${organization}, ${Buffer.from(digest, 'hex')}, null) on conflict do nothing`)
  const rendered = await control
    .selectDistinct({ digest: promotionItem.renderedDigest })
    .from(promotionItem)
    .where(and(eq(promotionItem.organization, organization), eq(promotionItem.sourceDigest, digest)))
  for (const copy of new Set([digest, ...rendered.map((row) => row.digest)])) await blankBytes(control, copy)
}
