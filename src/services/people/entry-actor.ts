import type { EntryActor } from '../audit/append-entries.ts'
import type { Caller } from '../context.ts'

/** How an entry names who stands behind a request: the human, and the key that spoke for them. */
export function entryActor({ person, key }: Caller): EntryActor {
  return { person, via: 'key', key }
}
