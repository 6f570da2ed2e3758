import { z } from 'zod'

const parts = /^(.+:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/

function inUtc(text: string): string | undefined {
  const [, seconds, fraction = '', offset] = parts.exec(text) ?? []
  const time = new Date(`${seconds}${offset}`)
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1 || time.getUTCFullYear() > 9999)
    return undefined
  return `${time.toISOString().slice(0, 19)}.${fraction.padEnd(6, '0').slice(0, 6)}Z`
}

/** An instant that a caller asks about, as exact as the log: in UTC with microseconds, as in a leaf. */
export const momentShape = z.iso
  .datetime({ offset: true, message: 'must be an instant in RFC 3339, like 2026-03-01T12:00:00Z' })
  .transform((text, context) => {
    const moment = inUtc(text)
    if (moment !== undefined) return moment
    context.addIssue({ code: 'custom', message: 'must be an instant of the years 1 to 9999' })
    return z.NEVER
  })
  .meta({ format: 'date-time' })
