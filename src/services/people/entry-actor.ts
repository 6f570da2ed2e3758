import type { EntryActor } from '../audit/append-entries.ts'
import type { Caller } from '../context.ts'

/** How an entry names who stands behind a request: the human, and the key that spoke for them, or stood for their token. */
export function entryActor({ person, via, key }: Pick<Caller, 'person' | 'via' | 'key'>): EntryActor {
  return { person, via, key }
}
