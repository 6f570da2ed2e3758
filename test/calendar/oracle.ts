/**
 * The same questions answered without any calendar library: day by day and minute by minute, with the clocks of a zone as
 * `Intl` shows them. Local times are minutes since 1970 as the clock on the wall counts them.
 */

const minute = 60_000
const minutesOfDay = 1_440
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

export interface PlainRule {
  readonly frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY'
  readonly interval: number
  /** The first local time. */
  readonly start: number
  /** Like `MO`, or `-1MO` where the frequency is MONTHLY. */
  readonly days: readonly string[]
  readonly monthDays: readonly number[]
  readonly months: readonly number[]
  readonly hours: readonly number[]
  readonly weekStart: string
  readonly count: number | null
  readonly until: number | null
  readonly exceptions: readonly number[]
  readonly duration: { readonly days: number; readonly minutes: number }
}

/** What the clocks of a zone show, minute by minute, from an instant on. */
export function clocksOf(zone: string, from: number, minutes: number): readonly number[] {
  const format = new Intl.DateTimeFormat('en-u-hc-h23', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  return Array.from({ length: minutes }, (_, place) => {
    const parts = format.formatToParts(from + place * minute)
    const part = (type: string) => Number(parts.find((one) => one.type === type)?.value)
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute')) / minute
  })
}

const dayOf = (local: number) => Math.floor(local / minutesOfDay)
const dateOf = (day: number) => new Date(day * minutesOfDay * minute)
const lastOfMonth = (date: Date) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
const monthsOf = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth()

function fitsWeekday(rule: PlainRule, date: Date): boolean {
  const name = weekdays[date.getUTCDay()] ?? ''
  const before = Math.ceil(date.getUTCDate() / 7)
  const behind = Math.ceil((lastOfMonth(date) - date.getUTCDate() + 1) / 7)
  return rule.days.some((day) => day === name || day === `${before}${name}` || day === `-${behind}${name}`)
}

function fitsMonthDay(rule: PlainRule, date: Date): boolean {
  const fromEnd = date.getUTCDate() - lastOfMonth(date) - 1
  return rule.monthDays.includes(date.getUTCDate()) || rule.monthDays.includes(fromEnd)
}

function isDay(rule: PlainRule, day: number): boolean {
  const date = dateOf(day)
  const first = dateOf(dayOf(rule.start))
  if (rule.months.length > 0 && !rule.months.includes(date.getUTCMonth() + 1)) return false
  if (rule.days.length > 0 && !fitsWeekday(rule, date)) return false
  if (rule.monthDays.length > 0 && !fitsMonthDay(rule, date)) return false
  const free = rule.days.length === 0 && rule.monthDays.length === 0
  switch (rule.frequency) {
    case 'DAILY':
      return (day - dayOf(rule.start)) % rule.interval === 0
    case 'WEEKLY': {
      const week = (one: Date) =>
        Math.floor(
          (one.getTime() / 86_400_000 - ((one.getUTCDay() - weekdays.indexOf(rule.weekStart) + 7) % 7)) / 7,
        )
      if (free && date.getUTCDay() !== first.getUTCDay()) return false
      return (week(date) - week(first)) % rule.interval === 0
    }
    case 'MONTHLY':
      if (free && date.getUTCDate() !== first.getUTCDate()) return false
      return (monthsOf(date) - monthsOf(first)) % rule.interval === 0
  }
}

/** Every local start of a rule up to a local time. */
function startsOf(rule: PlainRule, to: number): readonly number[] {
  const starts: number[] = []
  for (let day = dayOf(rule.start); day <= dayOf(to); day += 1) {
    if (!isDay(rule, day)) continue
    const ofStart = rule.start % minutesOfDay
    const times = rule.hours.length === 0 ? [ofStart] : rule.hours.map((hour) => hour * 60 + (ofStart % 60))
    for (const time of times.toSorted((one, other) => one - other)) {
      const start = day * minutesOfDay + time
      if (start < rule.start || (rule.until !== null && start > rule.until)) continue
      if (rule.count === null || starts.length < rule.count) starts.push(start)
    }
  }
  return starts.filter((start) => !rule.exceptions.includes(start))
}

/** The minute of the clocks at which a local time is: the first, or as much later as it is into what is skipped. */
function minuteOf(clocks: readonly number[], local: number): number {
  const exactly = clocks.indexOf(local)
  if (exactly >= 0) return exactly
  const after = clocks.findIndex(
    (shown, place) => place > 0 && shown > local && (clocks[place - 1] ?? 0) < local,
  )
  return after < 0 ? Number.NaN : after + local - (clocks[after - 1] ?? 0) - 1
}

/** Which minutes of the clocks a rule covers. */
export function coveredBy(rule: PlainRule, clocks: readonly number[]): readonly boolean[] {
  const covered = clocks.map(() => false)
  const { days, minutes } = rule.duration
  const [earliest = 0] = clocks
  for (const start of startsOf(rule, clocks.at(-1) ?? 0)) {
    if (start < earliest) continue
    const from = minuteOf(clocks, start)
    const ends = days === 0 ? from : minuteOf(clocks, start + days * minutesOfDay)
    const to = Number.isNaN(ends) ? clocks.length : Math.min(ends + minutes, clocks.length)
    covered.fill(true, from, Math.max(from, to))
  }
  return covered
}
