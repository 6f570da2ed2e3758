/** Where an entry stands: a log by its origin, and an index from 0 in it. */
export interface EntryPlace {
  readonly origin: string
  readonly index: number
}

/** An entry of one of several logs, as a timeline orders it. */
export interface TimelineEntry extends EntryPlace {
  /** RFC 3339 in UTC with a fixed number of decimals, so that the order of texts is the order of instants. */
  readonly time: string
  /** Entries, of any log, that this one rests on. */
  readonly cites: readonly EntryPlace[]
}

function nameOf({ origin, index }: EntryPlace): string {
  return `${index}@${origin}`
}

// Of entries of different logs.
function byTime(one: TimelineEntry, other: TimelineEntry): number {
  if (one.time !== other.time) return one.time < other.time ? -1 : 1
  return one.origin < other.origin ? -1 : 1
}

function queuesOf<Entry extends TimelineEntry>(entries: readonly Entry[]): readonly Entry[][] {
  const byOrigin = Map.groupBy(entries, ({ origin }) => origin)
  return [...byOrigin.values()].map((ofLog) => ofLog.sort((one, other) => other.index - one.index))
}

/**
 * Orders entries of several logs, no two of which share a clock: within a log by index, each one after all that it
 * cites, and otherwise by time, then origin. The order does not depend on the order given. Cited entries that are not
 * among them are left aside; entries that cite each other in a circle, which no honest log holds, keep to their time.
 */
export function timelineOrder<Entry extends TimelineEntry>(entries: readonly Entry[]): readonly Entry[] {
  const waiting = new Set(entries.map(nameOf))
  const queues = queuesOf(entries)
  const ordered: Entry[] = []
  for (;;) {
    const heads = queues.flatMap((queue) => {
      const head = queue.at(-1)
      return head === undefined ? [] : [{ head, queue }]
    })
    const free = heads.filter(({ head }) => head.cites.every((cited) => !waiting.has(nameOf(cited))))
    const [next] = (free.length > 0 ? free : heads).sort((one, other) => byTime(one.head, other.head))
    if (next === undefined) return ordered
    next.queue.pop()
    waiting.delete(nameOf(next.head))
    ordered.push(next.head)
  }
}
