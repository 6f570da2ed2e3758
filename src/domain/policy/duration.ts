const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/

const day = 86_400_000
const units = Object.freeze([7 * day, day, 3_600_000, 60_000, 1_000])

/** A duration as its two parts that a calendar tells apart. */
export interface CalendarDuration {
  /** Days of the calendar, with weeks as seven: as long as that day is there. */
  readonly days: number
  /** Hours and less, as elapsed time. */
  readonly milliseconds: number
}

/**
 * An ISO 8601 duration of weeks, days, hours, minutes and seconds, in its parts. Months and years are refused.
 *
 * @throws RangeError when the text is no such duration, or an empty one.
 */
export function calendarDuration(text: string): CalendarDuration {
  const match = pattern.exec(text)
  const amounts = match?.slice(1) ?? []
  if (!amounts.some((amount) => amount !== undefined) || text.endsWith('T')) {
    throw new RangeError(
      'a duration is written in ISO 8601 as weeks, days, hours, minutes and seconds, like P7D',
    )
  }
  const lengths = units.map((unit, place) => Math.round(Number(amounts[place] ?? 0) * unit))
  const [weeks = 0, days = 0, ...shorter] = lengths
  return {
    days: (weeks + days) / day,
    milliseconds: shorter.reduce((total, length) => total + length, 0),
  }
}

/**
 * Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds. Months and years have no fixed
 * length and are refused.
 *
 * @throws RangeError when the text is no such duration, or an empty one.
 */
export function durationMilliseconds(text: string): number {
  const { days, milliseconds } = calendarDuration(text)
  return days * day + milliseconds
}
