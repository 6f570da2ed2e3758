import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digest, identifier, type PromotionId } from '../../../src/domain/identifiers.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import {
  type JudgedStep,
  refusalOfAnother,
  verdictStatement,
} from '../../../src/domain/promotion/external-verdict.ts'

const promotion = '01890000-0000-7000-8000-000000000001'
const payload = {
  promotion,
  revision: 2,
  step: 1,
  planDigest: 'a'.repeat(64),
  verdict: 'approved',
  reference: 'CHG-1042',
  issuedAt: '2026-11-20T12:00:00Z',
}

describe('what a system signs', () => {
  test('is read member by member', () => {
    expect(verdictStatement(payload)).toEqual({ ...payload, issuedAt: '2026-11-20T12:00:00.000Z' })
    expect(verdictStatement({ ...payload, verdict: 'rejected' })?.verdict).toBe('rejected')
    expect(verdictStatement({ ...payload, issuedAt: '2026-11-20T12:00:00.123456789Z' })).toBeDefined()
  })

  test('may name nothing where it is kept', () => {
    const { reference: _, ...without } = payload
    expect(verdictStatement(without)?.reference).toBeNull()
  })

  test.each(['promotion', 'revision', 'step', 'planDigest', 'verdict', 'issuedAt'])(
    'lacks no %s',
    (member) => {
      const { [member]: _, ...without } = payload as JsonObject
      expect(verdictStatement(without)).toBeUndefined()
    },
  )

  test.each([
    ['a member more', { note: 'Jane Doe, born 1950' }],
    ['a promotion that is no id', { promotion: 'all' }],
    ['a promotion that is no text', { promotion: 7 }],
    ['revision nought', { revision: 0 }],
    ['half a revision', { revision: 1.5 }],
    ['a revision in words', { revision: '2' }],
    ['a step out of all bounds', { step: 2 ** 31 }],
    ['a digest that is none', { planDigest: 'A'.repeat(64) }],
    ['a digest with something behind it', { planDigest: `${'a'.repeat(64)}\n` }],
    ['no text as a digest', { planDigest: null }],
    ['another verdict', { verdict: 'approve' }],
    ['an empty reference', { reference: '' }],
    ['a reference of several words', { reference: 'CHG 1042' }],
    ['a reference on several lines', { reference: 'CHG-1042\nBcc' }],
    ['a long reference', { reference: 'C'.repeat(101) }],
    ['no text as a reference', { reference: null }],
    ['a day as its time', { issuedAt: '2026-11-20' }],
    ['another zone than UTC', { issuedAt: '2026-11-20T12:00:00+01:00' }],
    ['an hour that there is not', { issuedAt: '2026-11-20T25:00:00Z' }],
    ['no text as its time', { issuedAt: 0 }],
  ])('has no %s', (_, change) => {
    expect(verdictStatement({ ...payload, ...change })).toBeUndefined()
  })

  test('may be at the bounds', () => {
    const widest = { revision: 2 ** 31 - 1, step: 1, reference: 'C'.repeat(100) }
    expect(verdictStatement({ ...payload, ...widest })).toMatchObject(widest)
  })

  test('never makes the reader fail', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(payload)), fc.jsonValue()), (given) => {
        verdictStatement(given as JsonObject)
      }),
    )
  })
})

describe('a verdict', () => {
  const asked: JudgedStep = {
    promotion: identifier<PromotionId>(promotion),
    revision: 2,
    step: 1,
    planDigest: digest('a'.repeat(64)),
  }

  test('counts for what it was signed for', () => {
    expect(refusalOfAnother(asked, asked)).toBeNull()
  })

  test.each([
    [
      'promotion',
      'invalid-signature',
      { promotion: identifier<PromotionId>('01890000-0000-7000-8000-000000000002') },
    ],
    ['step', 'invalid-signature', { step: 2 }],
    ['revision of this promotion', 'precondition-failed', { revision: 1 }],
    ['plan', 'precondition-failed', { planDigest: digest('b'.repeat(64)) }],
  ])('counts for no other %s', (what, code, change) => {
    expect(refusalOfAnother({ ...asked, ...change }, asked)).toEqual({
      kind: 'refused',
      code,
      detail: `This verdict was signed for another ${what}. It counts for that one alone.`,
    })
  })
})
