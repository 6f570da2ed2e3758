import { durationMilliseconds } from '../domain/policy/duration.ts'
import type { RecurringTimes, Times, Window } from '../domain/policy/window.ts'
import { reachesItsCount } from './occurrences.ts'
import { parseRecurrence } from './recurrence.ts'

/** What is wrong with a window or a freeze, and where in it, as a JSON Pointer. */
export interface TimesProblem {
  readonly pointer: string
  readonly message: string
}

const longest = 'P31D'

/** Whether this machine knows a zone by this name. Distances from UTC are no zones: they know no summer. */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone) || zone.length > 64) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function isDuration(text: string): boolean {
  try {
    const milliseconds = durationMilliseconds(text)
    return text.length <= 40 && milliseconds > 0 && milliseconds <= durationMilliseconds(longest)
  } catch {
    return false
  }
}

function problemOfRule({ recurrence }: RecurringTimes): readonly TimesProblem[] {
  const pointer = '/recurrence'
  const parsed = parseRecurrence(recurrence)
  if (parsed.kind === 'problem') return [{ pointer, message: parsed.message }]
  try {
    if (reachesItsCount(parsed.recurrence)) return []
    return [{ pointer, message: 'COUNT must be reached within five years; give UNTIL instead, or nothing' }]
  } catch {
    return [{ pointer, message: 'has parts that do not go together by RFC 5545' }]
  }
}

/** What is wrong with when something is: nothing for what `openingAt` can work out. */
export function timesProblems(times: Times): readonly TimesProblem[] {
  if (!('recurrence' in times)) {
    const ends = times.endsAt === null ? Number.POSITIVE_INFINITY : Date.parse(times.endsAt)
    return Date.parse(times.startsAt) < ends
      ? []
      : [{ pointer: '/endsAt', message: 'must be after startsAt' }]
  }
  return [
    ...problemOfRule(times),
    ...(isZone(times.zone)
      ? []
      : [{ pointer: '/zone', message: 'must be an IANA zone, like Europe/Berlin' }]),
    ...(isDuration(times.duration)
      ? []
      : [
          {
            pointer: '/duration',
            message: `must be an ISO 8601 duration like PT4H, above nothing and at most ${longest}`,
          },
        ]),
  ]
}

/** The same for a policy's window, which also has an end. */
export function windowProblems(window: Window): readonly TimesProblem[] {
  const endless = !('recurrence' in window) && window.endsAt === null
  return endless ? [{ pointer: '/endsAt', message: 'is missing' }] : timesProblems(window)
}
