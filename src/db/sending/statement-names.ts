const namedAtMost = 200
const longestNamed = 4_000
const sightingsAtMost = 500
const sightingsToName = 3

// Lists of any length make ever new texts of one statement.
const listOfAnyLength = /\bin \(\$|\), \(\$/i

/** Names under which a pool's connections keep statements prepared. */
export interface StatementNames {
  /** The name of a statement that comes again and again, since planning it costs more than running it. */
  nameOf(text: string): string | undefined
}

/** Counts what comes: a text that has come three times, with not too many others in between, has a name from then on. */
export function statementNames(): StatementNames {
  const names = new Map<string, string>()
  const sightings = new Map<string, number>()

  const isNamedNow = (text: string): boolean => {
    const seen = (sightings.get(text) ?? 0) + 1
    // What was seen last stands last, so that the first one is the one to forget.
    sightings.delete(text)
    if (seen >= sightingsToName) return true
    sightings.set(text, seen)
    const [oldest] = sightings.keys()
    if (sightings.size > sightingsAtMost && oldest !== undefined) sightings.delete(oldest)
    return false
  }

  return {
    nameOf(text) {
      const known = names.get(text)
      if (known !== undefined || names.size >= namedAtMost) return known
      if (text.length > longestNamed || listOfAnyLength.test(text) || !isNamedNow(text)) return undefined
      const name = `countersign_${names.size}`
      names.set(text, name)
      return name
    },
  }
}
