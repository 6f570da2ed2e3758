const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/

const units = Object.freeze([604_800_000, 86_400_000, 3_600_000, 60_000, 1_000])

/**
 * Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds. Months and years have no fixed
 * length and are refused.
 *
 * @throws RangeError when the text is no such duration, or an empty one.
 */
export function durationMilliseconds(text: string): number {
  const match = pattern.exec(text)
  const amounts = match?.slice(1) ?? []
  if (!amounts.some((amount) => amount !== undefined) || text.endsWith('T')) {
    throw new RangeError(
      'a duration is written in ISO 8601 as weeks, days, hours, minutes and seconds, like P7D',
    )
  }
  return units.reduce((total, unit, place) => total + Math.round(Number(amounts[place] ?? 0) * unit), 0)
}
