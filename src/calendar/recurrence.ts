import { mostADay, partRules } from './recurrence-parts.ts'

/** A recurrence as it was written, taken apart. Times are local ones, `YYYYMMDDTHHMMSS`. */
export interface Recurrence {
  readonly start: string
  readonly parts: ReadonlyMap<string, string>
  readonly exceptions: readonly string[]
}

export type ParsedRecurrence =
  | { readonly kind: 'recurrence'; readonly recurrence: Recurrence }
  | { readonly kind: 'problem'; readonly message: string }

const longest = 2_000
const mostExceptions = 100

function problem(message: string): ParsedRecurrence {
  return { kind: 'problem', message }
}

/** Whether `YYYYMMDDTHHMMSS`, or its date alone, is on the calendar, from 2000 to 2199. */
function isLocalTime(text: string): boolean {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] =
    /^(2[01]\d\d)(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?$/.exec(text) ?? []
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const time = new Date(iso)
  return !Number.isNaN(time.getTime()) && time.toISOString() === iso
}

function problemOfPart(name: string, value: string): string | undefined {
  const rule = Object.hasOwn(partRules, name) ? partRules[name] : undefined
  if (rule === undefined) return `RRULE may not hold ${/^[A-Z]{1,20}$/.test(name) ? name : 'that'}`
  const members = rule.list ? value.split(',') : [value]
  if (!members.every(rule.fits) || new Set(members).size !== members.length) return `${name} ${rule.message}`
  return undefined
}

function problemOfWhole(parts: ReadonlyMap<string, string>): string | undefined {
  if (!parts.has('FREQ')) return 'RRULE must say FREQ'
  if (parts.has('COUNT') && parts.has('UNTIL')) return 'RRULE has COUNT or UNTIL, not both'
  // The library looks through four centuries for a day that is both.
  if (parts.has('BYYEARDAY') && parts.has('BYWEEKNO')) return 'RRULE has BYYEARDAY or BYWEEKNO, not both'
  const until = parts.get('UNTIL')?.replace('Z', '')
  if (until !== undefined && !isLocalTime(until)) return 'UNTIL must be on the calendar, from 2000 to 2199'
  const timesOf = (name: string) => parts.get(name)?.split(',').length ?? 1
  if (timesOf('BYHOUR') * timesOf('BYMINUTE') > mostADay) {
    return `BYHOUR and BYMINUTE together name at most ${mostADay} times of a day`
  }
  return undefined
}

/**
 * Takes a recurrence apart: `DTSTART:20260105T220000`, `RRULE:FREQ=WEEKLY;BYDAY=TH`, and `EXDATE:` lines where wanted. It
 * stands without a zone, which is given beside it. Whatever could come oftener than a few times a day is a problem.
 */
export function parseRecurrence(text: string): ParsedRecurrence {
  if (text.length > longest) return problem(`must have at most ${longest} characters`)
  const [first = '', second = '', ...rest] = text.trimEnd().split(/\r?\n/)
  const start = /^DTSTART:(.+)$/.exec(first)?.[1] ?? ''
  if (!start.includes('T') || !isLocalTime(start)) {
    return problem(
      'must begin with DTSTART: and a local time from 2000 to 2199, like DTSTART:20260105T220000',
    )
  }
  const rule = /^RRULE:(.+)$/.exec(second)?.[1]
  if (rule === undefined)
    return problem('must have RRULE: in its second line, like RRULE:FREQ=WEEKLY;BYDAY=TH')
  const parts = new Map<string, string>()
  for (const part of rule.split(';')) {
    const [name = '', value = ''] = part.split('=', 2)
    if (parts.has(name)) return problem('RRULE has a part twice')
    const found = problemOfPart(name, value)
    if (found !== undefined) return problem(found)
    parts.set(name, value)
  }
  const whole = problemOfWhole(parts)
  if (whole !== undefined) return problem(whole)
  const exceptions = rest.flatMap((line) => /^EXDATE:(.*)$/.exec(line)?.[1]?.split(',') ?? [''])
  if (exceptions.length > mostExceptions)
    return problem(`may leave out at most ${mostExceptions} times by EXDATE`)
  if (!exceptions.every((one) => one.includes('T') && isLocalTime(one))) {
    return problem('may have, after RRULE, only lines of EXDATE: with local times like 20260108T220000')
  }
  return { kind: 'recurrence', recurrence: { start, parts, exceptions } }
}
