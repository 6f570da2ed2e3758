import { and, eq, inArray } from 'drizzle-orm'
import { erasableText } from '../../db/log/erasable-text.ts'
import type { Transaction } from '../../db/transaction.ts'
import { identifier, type TextId } from '../../domain/identifiers.ts'
import type { JsonObject, JsonValue } from '../../domain/json.ts'

function isTextMember(member: string, value: JsonValue): value is string {
  return member.endsWith('Text') && typeof value === 'string'
}

/**
 * An event as the log tells it: its own members, with every text's id joined by the commitment that will outlive an
 * erasure of the text.
 */
export async function entryDetails(transaction: Transaction, event: JsonObject): Promise<JsonObject> {
  const { type: _, ...members } = event
  const texts = Object.entries(members).flatMap(([member, value]) =>
    isTextMember(member, value) ? [identifier<TextId>(value)] : [],
  )
  if (texts.length === 0) return members
  const rows = await transaction
    .select({ id: erasableText.id, commitment: erasableText.commitment })
    .from(erasableText)
    .where(and(eq(erasableText.organization, transaction.organization), inArray(erasableText.id, texts)))
  const commitments = new Map<string, string>(rows.map(({ id, commitment }) => [id, commitment]))
  return Object.fromEntries(
    Object.entries(members).map(([member, value]): [string, JsonValue] =>
      isTextMember(member, value)
        ? [member, { text: value, commitment: commitments.get(value) ?? null }]
        : [member, value],
    ),
  )
}
