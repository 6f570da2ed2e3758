/** What a part of an RRULE may hold. Of a list every member is looked at, and none may come twice. */
export interface PartRule {
  readonly list: boolean
  readonly fits: (member: string) => boolean
  /** As the end of the sentence "BYMONTH …". */
  readonly message: string
}

/** How often a day something may begin. With the year as the longest period, what one holds stays small. */
export const mostADay = 4

/** The longest INTERVAL and COUNT: a count is walked from its beginning, however long ago that was. */
export const mostTimes = 1_000

function number(least: number, most: number, signed = false): PartRule['fits'] {
  const pattern = signed ? /^[+-]?\d{1,4}$/ : /^\d{1,4}$/
  return (member) => {
    const size = Math.abs(Number(member))
    return pattern.test(member) && size >= least && size <= most
  }
}

const single = (fits: PartRule['fits'], message: string): PartRule => ({ list: false, fits, message })
const list = (fits: PartRule['fits'], message: string): PartRule => ({ list: true, fits, message })

/**
 * The parts of RFC 5545 §3.3.10 that a window may have. Nothing that makes more of it than a few times a day: no
 * frequency below the day, no seconds; and no calendars but the Gregorian one.
 */
export const partRules: Readonly<Record<string, PartRule>> = Object.freeze({
  FREQ: single(
    (member) => /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(member),
    'is DAILY, WEEKLY, MONTHLY or YEARLY',
  ),
  INTERVAL: single(number(1, mostTimes), `is from 1 to ${mostTimes}`),
  COUNT: single(number(1, mostTimes), `is from 1 to ${mostTimes}`),
  UNTIL: single(
    (member) => /^\d{8}(T\d{6}Z?)?$/.test(member),
    'is a date, a local time, or a time in UTC ending in Z',
  ),
  BYHOUR: list(number(0, 23), 'has hours from 0 to 23'),
  BYMINUTE: list(number(0, 59), 'has minutes from 0 to 59'),
  BYDAY: list(
    (member) =>
      /^([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)$/.test(member) &&
      Math.abs(Number.parseInt(member, 10) || 1) <= 53,
    'has days like MO, or -1FR for the last Friday',
  ),
  BYMONTHDAY: list(number(1, 31, true), 'has days from 1 to 31, or -1 to -31 from the end'),
  BYYEARDAY: list(number(1, 366, true), 'has days from 1 to 366, or -1 to -366 from the end'),
  BYWEEKNO: list(number(1, 53, true), 'has weeks from 1 to 53, or -1 to -53 from the end'),
  BYMONTH: list(number(1, 12), 'has months from 1 to 12'),
  BYSETPOS: list(number(1, 366, true), 'has places from 1 to 366, or -1 to -366 from the end'),
  WKST: single((member) => /^(MO|TU|WE|TH|FR|SA|SU)$/.test(member), 'is a day like MO'),
})
