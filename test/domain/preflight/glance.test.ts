import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endpointsOf } from '../../../src/domain/preflight/endpoints.ts'
import { hiddenCharacters } from '../../../src/domain/preflight/hidden-characters.ts'
import { lookAlikes } from '../../../src/domain/preflight/look-alikes.ts'
import { glance } from './sample-preflight.ts'

const unsuspicious = { mayHoldAddress: false, isBeyondAscii: false }

/** Content that often holds addresses, odd characters, and names that read alike. */
const content = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.constantFrom(
      'https://a.org',
      'mailto:a',
      'ftp://b/c',
      'plain',
      'zero\u200bwidth',
      'tab\t',
      '\u007f',
      1,
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('name', 'n\u0430me', 'nam\u0435', 'NAME', 'nam3', 'na\tme', 'http://x', 'o1', 'ol'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value as fc.Arbitrary<never>

describe('a first look at content', () => {
  test('tells what cannot be in it', () => {
    expect(glance('{"a":"b"}')).toEqual(unsuspicious)
    expect(glance('{"a":"x://y"}')).toEqual({ ...unsuspicious, mayHoldAddress: true })
    expect(glance('{"x://y":1}')).toEqual({ ...unsuspicious, mayHoldAddress: true })
    expect(glance('"\u007f"')).toEqual(unsuspicious)
    expect(glance('"\u0080"')).toEqual({ ...unsuspicious, isBeyondAscii: true })
    expect(glance('"😀"')).toEqual({ ...unsuspicious, isBeyondAscii: true })
  })

  test('never overlooks what a rule would find', () => {
    fc.assert(
      fc.property(content, (value) => {
        const { mayHoldAddress, isBeyondAscii } = glance(JSON.stringify(value))
        if (!mayHoldAddress) expect(endpointsOf(value)).toEqual([])
        if (!isBeyondAscii) expect([...hiddenCharacters(value), ...lookAlikes(value)]).toEqual([])
      }),
    )
  })
})
