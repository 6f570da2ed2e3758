import { scheduler } from 'node:timers/promises'

/** Counts work, in characters looked at, and answers with a pause to wait for when others have waited long enough. */
export type Breath = (characters: number) => Promise<void> | undefined

// A few milliseconds of work.
const charactersPerBreath = 200_000
// What any text costs, however short.
const leastCharacters = 20

/** A breath for one piece of long work: everything else that the process has to do gets its turns in between. */
export function openBreath(): Breath {
  let since = 0
  return (characters) => {
    since += characters + leastCharacters
    if (since < charactersPerBreath) return undefined
    since = 0
    return scheduler.yield()
  }
}
