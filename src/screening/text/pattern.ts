const classes = /\\.|\[(?:\\.|[^\]\\])*\]/gs

/**
 * A regular expression whose every attempt to match is bounded by a constant, so that a search takes time linear in
 * the text whatever the text is: no `*`, `+` or open-ended count, no backreference, no repeated group that repeats.
 *
 * @throws RangeError when `source` does not keep to this.
 */
export function boundedPattern(source: string, flags: '' | 'i' | 'g' | 'gi' | 'u' | 'gu' = ''): RegExp {
  if (/\\[1-9k]/.test(source)) throw new RangeError('a bounded pattern has no backreference')
  const bare = source.replace(classes, 'x')
  if (/[*+]|\{\d+,\}/.test(bare)) throw new RangeError('a bounded pattern has no open-ended repetition')
  if (hasRepeatedRepetition(bare)) throw new RangeError('in a bounded pattern no repeated group repeats')
  return new RegExp(source, flags)
}

/** Whether a group that is repeated more than once holds a repetition. */
function hasRepeatedRepetition(bare: string): boolean {
  const open: boolean[] = [false]
  for (let place = 0; place < bare.length; place += 1) {
    const repeats = /^\{\d+(?:,\d+)?\}/.test(bare.slice(place, place + 16))
    if (bare[place] === '(') open.push(false)
    else if (bare[place] === ')') {
      const inner = open.pop() ?? false
      const repeated = /^\{\d+(?:,\d+)?\}/.test(bare.slice(place + 1, place + 17))
      if (inner && repeated) return true
      open.push((open.pop() ?? false) || inner)
    } else if (repeats) {
      open.pop()
      open.push(true)
    }
  }
  return false
}
