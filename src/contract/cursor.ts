import { z } from 'zod'
import { type Instant, instant, isUuid } from '../domain/identifiers.ts'

/** The last row of a page: where the next one goes on. Its instant has milliseconds. */
export interface Cursor {
  readonly instant: Instant
  readonly id: string
}

/** A cursor as clients carry it: opaque to them. */
export function encodeCursor({ instant: at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url')
}

function decodeCursor(text: string): Cursor | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (!Array.isArray(read) || read.length !== 2) return undefined
    const [at, id]: unknown[] = read
    if (typeof at !== 'string' || typeof id !== 'string' || !isUuid(id)) return undefined
    return { instant: instant(at), id }
  } catch {
    return undefined
  }
}

/** A cursor that a caller sends back. */
export const cursorShape = z
  .string()
  .max(200)
  .transform((text, context): Cursor => {
    const cursor = decodeCursor(text)
    if (cursor !== undefined) return cursor
    context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier page' })
    return z.NEVER
  })
  .meta({ description: 'The `nextCursor` of the page before.' })
