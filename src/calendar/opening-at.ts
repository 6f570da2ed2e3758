import { type Instant, instant } from '../domain/identifiers.ts'
import type { Closure, Freeze, Opening } from '../domain/policy/opening.ts'
import type { Window } from '../domain/policy/window.ts'
import { type StretchesWithin, stretchesOf } from './occurrences.ts'
import { stretchAt, unite, without } from './stretches.ts'

const day = 86_400_000

// What changes soon is found without working out a year; beyond the last of them nothing is looked for.
const reaches: readonly number[] = Object.freeze([8 * day, 60 * day, 400 * day])

interface Source<Given> {
  readonly given: Given
  readonly within: StretchesWithin
}

function sourceOfFreeze(freeze: Freeze): Source<Freeze> {
  if (freeze.kind === 'freeze') return { given: freeze, within: stretchesOf(freeze) }
  const stretch = { from: Date.parse(freeze.since), to: Number.POSITIVE_INFINITY }
  return { given: freeze, within: (_, to) => (stretch.from < to ? [stretch] : []) }
}

function closureByFreeze({ given, within }: Source<Freeze>, at: number): readonly Closure[] {
  const stretch = stretchAt(unite(within(at, at + 1)), at)
  if (stretch === undefined) return []
  const since = instant(stretch.from)
  return given.kind === 'organization-freeze'
    ? [{ kind: 'organization-freeze', since }]
    : [{ kind: 'freeze', id: given.id, name: given.name, since }]
}

function closuresByWindows(windows: readonly Source<Window>[], at: number): readonly Closure[] {
  const covering = windows.filter(({ within }) => within(at, at + 1).length > 0)
  const allowed = covering.some(({ given }) => given.kind === 'allow')
  return windows
    .filter((window) => (window.given.kind === 'deny' ? covering.includes(window) : !allowed))
    .map(({ given }) => ({ kind: 'window', name: given.name, window: given.kind }))
}

/**
 * Whether promotions may land at an instant, why not, and when that changes. Windows that allow are united, without any
 * it is always allowed; windows that deny and freezes win. A start belongs to its time, an end does not. What changes
 * later than in 400 days is not found.
 *
 * @throws RangeError for a window or a freeze that `timesProblems` finds fault with.
 */
export function openingAt(windows: readonly Window[], freezes: readonly Freeze[], at: Instant): Opening {
  const now = Date.parse(at)
  const ofWindows = windows.map((given) => ({ given, within: stretchesOf(given) }))
  const allowing = ofWindows.filter(({ given }) => given.kind === 'allow')
  const denying = ofWindows.filter(({ given }) => given.kind === 'deny')
  const freezing = freezes.map(sourceOfFreeze)
  const because = [
    ...freezing.flatMap((freeze) => closureByFreeze(freeze, now)),
    ...closuresByWindows(ofWindows, now),
  ]
  const open = because.length === 0
  for (const reach of reaches) {
    const end = now + reach
    const stretches = ({ within }: Source<unknown>) => within(now, end)
    const allowed =
      allowing.length === 0
        ? [{ from: now, to: Number.POSITIVE_INFINITY }]
        : unite(allowing.flatMap(stretches))
    const closed = allowed.length === 0 ? [] : unite([...denying, ...freezing].flatMap(stretches))
    const free = without(allowed, closed)
    const changes = open ? stretchAt(free, now)?.to : free.find(({ to }) => to > now)?.from
    if (changes === undefined || changes >= end) continue
    return open ? { open, until: instant(changes) } : { open, because, opensAt: instant(changes) }
  }
  return open ? { open, until: null } : { open, because, opensAt: null }
}
