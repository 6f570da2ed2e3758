import { describe, expect, test } from 'vitest'
import { identifier } from '../../../src/domain/identifiers.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { parseReview } from '../../../src/domain/review/parse-claim.ts'

const commentText = '00000000-0000-4000-8000-000000000008'
const claim = (given: JsonObject, kind = 'review-override') => ({
  id: identifier<never>('00000000-0000-4000-8000-000000000007'),
  person: identifier<never>('00000000-0000-4000-8000-000000000006'),
  kind,
  arguments: given,
})

describe('a claim', () => {
  test.each(['upheld', 'objected'])('to have %s an override is a command', (outcome) => {
    const { id, person, kind } = claim({})
    expect(parseReview(claim({ outcome, commentText }))).toEqual({ id, person, kind, outcome, commentText })
  })

  test.each<[string, JsonObject]>([
    ['an unknown outcome', { outcome: 'ignored', commentText }],
    ['no outcome', { commentText }],
    ['no comment', { outcome: 'upheld' }],
    ['a comment in place of its id', { outcome: 'upheld', commentText: 'It was right' }],
    ['the id of its comment in a list', { outcome: 'upheld', commentText: [commentText] }],
  ])('with %s is none', (_, given) => {
    expect(parseReview(claim(given))).toBeUndefined()
  })

  test.each(['miss-deadline', 'override', 'activate'])('of the kind %s is none', (kind) => {
    expect(parseReview(claim({ outcome: 'upheld', commentText }, kind))).toBeUndefined()
  })
})
