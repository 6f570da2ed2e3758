import { RRuleTemporal } from 'rrule-temporal'
import { calendarDuration } from '../domain/policy/duration.ts'
import type { RecurringTimes, Times } from '../domain/policy/window.ts'
import { parseRecurrence, type Recurrence } from './recurrence.ts'
import type { Stretch } from './stretches.ts'

const day = 86_400_000

// In days. Of what has a COUNT nothing is worked out that comes later after its start.
const longestCount = 5 * 366

type Starts = ReturnType<RRuleTemporal['between']>

// RFC 5545 has UNTIL in UTC where DTSTART is; a date stands for the whole of its day.
function localPart([name, value]: readonly [string, string]): string {
  if (name !== 'UNTIL') return `${name}=${value}`
  return `UNTIL=${value.includes('T') ? value : `${value}T235959`}Z`
}

// As if the zone were UTC, where no hour is missing or doubled: what the clocks of the zone do is decided below. An
// UNTIL in UTC is the one instant among these local times, and is looked at there too.
function localRule({ start, parts, exceptions }: Recurrence): RRuleTemporal {
  const rule = [...parts].filter(([name, value]) => name !== 'UNTIL' || !value.endsWith('Z')).map(localPart)
  const lines = [`DTSTART;TZID=UTC:${start}`, `RRULE:${rule.join(';')}`]
  if (exceptions.length > 0) lines.push(`EXDATE;TZID=UTC:${exceptions.join(',')}`)
  return new RRuleTemporal({ rruleString: lines.join('\n'), strict: true })
}

function lastStart({ parts }: Recurrence): number {
  const [, year, month, date, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(parts.get('UNTIL') ?? '') ?? []
  if (year === undefined) return Number.POSITIVE_INFINITY
  return Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`)
}

/** The stretches of something that lie within two instants, in part at least, in no order and cut nowhere. */
export type StretchesWithin = (from: number, to: number) => readonly Stretch[]

function startsFrom(rule: RRuleTemporal, days: number): Starts {
  const from = rule.options().dtstart.epochMilliseconds
  return rule.between(new Date(from), new Date(from + days * day), true)
}

// A count is walked from its beginning, so once for all questions; what has none is found where it is asked for.
function startsOf({ parts }: Recurrence, rule: RRuleTemporal): (from: number, to: number) => Starts {
  if (!parts.has('COUNT')) return (from, to) => rule.between(new Date(from), new Date(to), true)
  const all = startsFrom(rule, longestCount)
  return (from, to) => all.filter(({ epochMilliseconds: start }) => from <= start && start <= to)
}

function recurring({ recurrence, zone, duration }: RecurringTimes): StretchesWithin {
  const parsed = parseRecurrence(recurrence)
  if (parsed.kind === 'problem') throw new RangeError(parsed.message)
  const { days, milliseconds } = calendarDuration(duration)
  const latest = lastStart(parsed.recurrence)
  const starts = startsOf(parsed.recurrence, localRule(parsed.recurrence))
  return (from, to) => {
    // A day on either side for how far a zone is from UTC, and one more for the clocks that change in between.
    const earliest = from - (days + 2) * day - milliseconds
    return starts(earliest, to + 2 * day).flatMap((start) => {
      const local = start.toPlainDateTime()
      const begins = local.toZonedDateTime(zone).epochMilliseconds
      const lasts = days === 0 ? begins : local.add({ days }).toZonedDateTime(zone).epochMilliseconds
      const stretch = { from: begins, to: lasts + milliseconds }
      return begins <= latest && stretch.from < to && stretch.to > from ? [stretch] : []
    })
  }
}

/**
 * Works out when something is. Where it begins in an hour that the clocks skip, it does so as much later as they were put
 * forward; where an hour comes twice, in the first of them.
 *
 * @throws RangeError for a recurrence or a duration that is none.
 */
export function stretchesOf(times: Times): StretchesWithin {
  if ('recurrence' in times) return recurring(times)
  const ends = times.endsAt === null ? Number.POSITIVE_INFINITY : Date.parse(times.endsAt)
  const stretch = { from: Date.parse(times.startsAt), to: ends }
  return (from, to) => (stretch.from < to && stretch.to > from ? [stretch] : [])
}

/** Whether a recurrence comes as often as its COUNT says, before exceptions, while it is worked out at all. */
export function reachesItsCount(recurrence: Recurrence): boolean {
  const rule = localRule({ ...recurrence, exceptions: [] })
  return startsFrom(rule, longestCount).length >= Number(recurrence.parts.get('COUNT') ?? 0)
}
