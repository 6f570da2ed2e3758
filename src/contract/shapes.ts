import { z } from 'zod'
import { type Digest, type Instant, type identifier, instant, isUuid } from '../domain/identifiers.ts'
import type { JsonValue } from '../domain/json.ts'

type Identifier = ReturnType<typeof identifier>

/** A UUID in canonical lower-case form, branded as the identifier that the place holds. */
export function idShape<Id extends Identifier>(description?: string): z.ZodType<Id, string> {
  const shape = z
    .string()
    .refine(isUuid, { message: 'must be a UUID in lower case' })
    .meta({ format: 'uuid', ...(description === undefined ? {} : { description }) })
  return shape as unknown as z.ZodType<Id, string>
}

/** SHA-256 in lower-case hexadecimal. */
export const digestShape = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal characters')
  .meta({ description: 'SHA-256 in lower-case hexadecimal.' }) as unknown as z.ZodType<Digest, string>

/** An instant in RFC 3339, as answers hold it: in UTC, ending in `Z`. */
export const instantShape = z.iso
  .datetime({ offset: true, message: 'must be an instant in RFC 3339, like 2026-03-01T12:00:00Z' })
  .meta({ format: 'date-time' }) as unknown as z.ZodType<Instant, string>

/** An instant that a caller sends, with any offset; normalised to UTC. */
export const askedInstantShape = z.iso
  .datetime({ offset: true, message: 'must be an instant in RFC 3339, like 2026-03-01T12:00:00Z' })
  .transform((text) => instant(text))
  .meta({ format: 'date-time' })

const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]/u

/** What people are shown: one line of 1 to 200 characters that can be seen and do not begin or end in white space. */
export const nameShape = z
  .string()
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .refine((text) => text === text.trim(), { message: 'must not begin or end in white space' })
  .refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), {
    message: 'must be one line, without control characters',
  })
  .refine((text) => text === '' || visible.test(text), { message: 'must hold something that can be seen' })

/** Free text for people: why something is asked. */
export const reasonShape = z
  .string()
  .min(1, 'must not be empty')
  .max(4000, 'must have at most 4000 characters')

/** A whole number from `least` to the largest that PostgreSQL keeps in 4 bytes, where versions and places stand. */
export function countShape(least: 0 | 1) {
  return z
    .int()
    .min(least)
    .max(2 ** 31 - 1)
}

/** A query parameter that says yes or no. */
export const booleanParameter = z
  .enum(['true', 'false'], "must be 'true' or 'false'")
  .transform((text) => text === 'true')

export const dryRunQueryShape = z.strictObject({
  dryRun: booleanParameter.optional().meta({ description: 'Answers what would happen and changes nothing.' }),
})

export const environmentKindShape = z.enum(['development', 'staging', 'production'])

/**
 * Any JSON value but a missing one, passed on as the strict parser read it. Not `z.json()`: no OpenAPI document can hold
 * its recursion.
 */
export const jsonShape = z
  .unknown()
  .refine((value) => value !== undefined, { message: 'is missing' })
  .meta({ description: 'Any JSON value.' }) as unknown as z.ZodType<JsonValue, JsonValue>
