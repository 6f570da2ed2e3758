import { type Instant, identifier, instant } from '../../src/domain/identifiers.ts'
import type { Freeze, Opening } from '../../src/domain/policy/opening.ts'
import type { Window } from '../../src/domain/policy/window.ts'

/** A window that recurs from the start of 2026, or from `start`. */
export function recurring(
  kind: Window['kind'],
  rule: string,
  change: {
    readonly zone?: string
    readonly start?: string
    readonly duration?: string
    readonly name?: string
  } = {},
): Window {
  const { zone = 'Europe/Berlin', start = '20260101T220000', duration = 'PT2H', name = rule } = change
  return { name, kind, zone, duration, recurrence: `DTSTART:${start}\nRRULE:${rule}` }
}

export function once(kind: Window['kind'], startsAt: string, endsAt: string): Window {
  return { name: 'once', kind, startsAt: instant(startsAt), endsAt: instant(endsAt) }
}

export const freezeId = identifier<Extract<Freeze, { kind: 'freeze' }>['id']>(
  '01890000-0000-7000-8000-0000000000f1',
)

/** A freeze of the destination. */
export function frozen(startsAt: string, endsAt: string | null): Freeze {
  const ends = endsAt === null ? null : instant(endsAt)
  return { kind: 'freeze', id: freezeId, name: 'Inventory', startsAt: instant(startsAt), endsAt: ends }
}

export const openUntil = (until: string | null): Opening => ({
  open: true,
  until: until === null ? null : instant(until),
})

/** Of a closed answer, when it opens; of an open one, nothing. */
export function opensAt(opening: Opening): Instant | null | undefined {
  return opening.open ? undefined : opening.opensAt
}
