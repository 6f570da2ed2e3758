import type { Instant } from '../identifiers.ts'

/** Something that comes again: each time it begins by the clocks of a zone, and lasts. */
export interface RecurringTimes {
  /** RFC 5545: `DTSTART:` as a local time without zone, `RRULE:`, and `EXDATE:` where wanted, a line each. */
  readonly recurrence: string
  /** By its IANA name, like `Europe/Berlin`. */
  readonly zone: string
  /** ISO 8601. Weeks and days are those of the zone's calendar; hours and less are elapsed time. */
  readonly duration: string
}

/** Something that comes once. Without an end it lasts until somebody ends it. */
export interface SingleTime {
  readonly startsAt: Instant
  readonly endsAt: Instant | null
}

export type Times = RecurringTimes | SingleTime

/** When promotions may land, or may not, as a policy says. Its start belongs to it, its end does not. */
export type Window = Times & {
  readonly name: string
  readonly kind: 'allow' | 'deny'
}
