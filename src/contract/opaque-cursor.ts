import { z } from 'zod'

/** A cursor whose content is a list's own affair, in both directions. */
export interface OpaqueCursor<Shape extends z.ZodType> {
  encode(value: z.input<Shape>): string
  /** What a caller sends back: read, and checked against the shape. */
  readonly shape: z.ZodType<z.output<Shape>, string>
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** Makes the cursor of a list that goes on from a value of this shape. */
export function opaqueCursor<Shape extends z.ZodType>(shape: Shape): OpaqueCursor<Shape> {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value)).toString('base64url'),
    shape: z
      .string()
      .max(8000)
      .transform((text, context): z.output<Shape> => {
        const read = shape.safeParse(decode(text))
        if (read.success) return read.data
        context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier page' })
        return z.NEVER
      })
      .meta({ description: 'The `nextCursor` of the page before.' }),
  }
}
