import { z } from 'zod'
import type { Instant } from '../domain/identifiers.ts'
import { cursorShape, encodeCursor } from './cursor.ts'

/** Query parameters of every list; spread them beside a list's own filters. */
export const pageQuery = {
  limit: z.coerce
    .number('must be a whole number from 1 to 100')
    .int('must be a whole number from 1 to 100')
    .min(1, 'must be from 1 to 100')
    .max(100, 'must be from 1 to 100')
    .default(50),
  cursor: cursorShape.optional(),
}

/** The shape of a list: newest first, with the cursor of the next page or null on the last. */
export function pageShape<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item).readonly(), nextCursor: z.string().nullable() })
}

export interface Page<Item> {
  readonly data: readonly Item[]
  readonly nextCursor: string | null
}

/** Makes a page of rows that were read in their list's order, one more than `limit` where there are more. */
export function pageWith<Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (last: Item) => string,
): Page<Item> {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  return { data, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}

/** Makes a page of rows that were read newest first, one more than `limit` where there are more. */
export function pageOf<Item extends { readonly id: string; readonly createdAt: Instant }>(
  rows: readonly Item[],
  limit: number,
): Page<Item> {
  return pageWith(rows, limit, (last) => encodeCursor({ instant: last.createdAt, id: last.id }))
}
