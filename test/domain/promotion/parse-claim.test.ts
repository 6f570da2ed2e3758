import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifier } from '../../../src/domain/identifiers.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { personalPromotionCommand } from '../../../src/domain/promotion/parse-claim.ts'
import type { CommandClaim } from '../../../src/domain/stream.ts'
import {
  anna,
  bela,
  by,
  clara,
  override,
  resubmit,
  schedule,
  verdictOn,
  withdraw,
} from './sample-promotion.ts'

function claimOf(kind: string, given: JsonObject): CommandClaim {
  const id = '00000000-0000-4000-8000-000000000001'
  return { id: identifier(id), person: anna, kind, arguments: given }
}

const { kind: _kind, id: _id, person: _person, ...decision } = by(anna)
const deciding = (change: JsonObject = {}) =>
  personalPromotionCommand(claimOf('decide', { ...decision, ...change }))

describe('a claim', () => {
  test('to decide or to withdraw is read as it was made', () => {
    expect(deciding()).toMatchObject({ kind: 'decide', person: anna, verdict: 'approve', step: null })
    const { reasonText } = withdraw as { reasonText: string }
    expect(personalPromotionCommand(claimOf('withdraw', { reasonText }))).toMatchObject({ reasonText })
  })

  const { kind: _, id: __, person: ___, ...signature } = override(anna)
  const { reasonText } = withdraw as { reasonText: string }
  const request = (resubmit() as { request: string }).request
  const { kind: ____, id: _____, person: ______, ...delivery } = verdictOn(2)

  test.each<[string, JsonObject]>([
    ['decide', { ...decision, verdict: 'reject', step: 2 }],
    ['decide', { ...decision, verdict: 'request-changes' }],
    ['decide', { ...decision, standsInFor: [bela, clara] }],
    ['override', { ...signature }],
    ['override', { ...signature, standsInFor: [] }],
    ['withdraw-decision', { decision: decision.decision }],
    ['deliver-verdict', delivery],
    ['deliver-verdict', { ...delivery, verdict: 'rejected' }],
    ['resubmit', { revision: 2, request, reasonText }],
    ['schedule', { notBefore: '2026-12-01T00:00:00.000Z' }],
    ['schedule', { notBefore: null }],
    ['withdraw', { reasonText }],
    ['abort', { reasonText }],
    ['submit', {}],
    ['retry', {}],
  ])('to %s is read as it was made: %j', (kind, given) => {
    const { id, person } = claimOf(kind, given)
    expect(personalPromotionCommand(claimOf(kind, given))).toEqual({ kind, id, person, ...given })
    expect(personalPromotionCommand(claimOf(kind, { ...given, more: 'else' }))).toEqual({
      kind,
      id,
      person,
      ...given,
    })
  })

  test('for another time names an instant, in whichever zone', () => {
    expect(personalPromotionCommand(claimOf('schedule', { notBefore: '2026-12-01T01:00:00+01:00' }))).toEqual(
      {
        ...schedule('2026-12-01T00:00:00Z'),
        id: claimOf('', {}).id,
        person: anna,
      },
    )
  })

  test.each<[string, JsonObject]>([
    ['deliver-verdict', { ...delivery, verdict: 'approve' }],
    ['deliver-verdict', { ...delivery, verdict: null }],
    ['deliver-verdict', { ...delivery, step: '2' }],
    ['deliver-verdict', { ...delivery, revision: null }],
    ['deliver-verdict', { ...delivery, planDigest: 'x' }],
    ['deliver-verdict', { ...delivery, envelope: {} }],
    ['withdraw-decision', {}],
    ['withdraw-decision', { decision: 'mine' }],
    ['resubmit', { revision: '2', request, reasonText }],
    ['resubmit', { revision: 2, request: 'x', reasonText }],
    ['resubmit', { revision: 2, request, reasonText: 'because' }],
    ['schedule', {}],
    ['schedule', { notBefore: 7 }],
    ['schedule', { notBefore: 'soon' }],
    ['withdraw', {}],
    ['abort', { reasonText: 'because' }],
    ['override', { ...signature, groups: null }],
    ['override', { ...signature, planDigest: 7 }],
  ])('to %s with %j is no command', (kind, given) => {
    expect(personalPromotionCommand(claimOf(kind, given))).toBeUndefined()
  })

  test.each<[string, JsonObject]>([
    ['an unknown verdict', { verdict: 'override' }],
    ['no verdict', { verdict: null }],
    ['a step that is no number', { step: '1' }],
    ['groups that are no list', { groups: 'approvers' }],
    ['groups that are no texts', { groups: ['approvers', 1] }],
    ['a digest in capitals', { planDigest: 'A'.repeat(64) }],
    ['a digest that is cut short', { planDigest: 'a'.repeat(63) }],
    ['people who are no list', { standsInFor: bela }],
    ['people who are no ids', { standsInFor: [bela, 'Clara'] }],
    ['no decision', { decision: null }],
    ['a comment that is no id', { commentText: 'Looks good' }],
    ['a printed name that is no id', { printedNameText: 'Anna' }],
  ])('with %s is no command', (_, change) => {
    expect(deciding(change)).toBeUndefined()
  })

  test('of another kind is no command', () => {
    for (const kind of ['request', 'authorize', 'land', 'plan', '', 'Decide', 'constructor']) {
      expect(personalPromotionCommand(claimOf(kind, { ...decision }))).toBeUndefined()
    }
  })

  test('is a command or none, whatever it holds, and nothing is thrown', () => {
    const members = fc.constantFrom(
      ...Object.keys(decision),
      'reasonText',
      'revision',
      'request',
      'notBefore',
    )
    const given = fc.dictionary(members, fc.jsonValue({ stringUnit: 'binary' }))
    fc.assert(
      fc.property(
        fc.constantFrom(
          'decide',
          'withdraw',
          'override',
          'withdraw-decision',
          'resubmit',
          'schedule',
          'abort',
        ),
        given,
        (kind, change) => {
          const claim = claimOf(kind, { ...decision, ...(change as JsonObject) })
          expect(['undefined', 'object']).toContain(typeof personalPromotionCommand(claim))
        },
      ),
    )
  })

  test('with an object that claims to be a text is no command', () => {
    const given = { reasonText: { toString: 'no function', valueOf: 'neither' } }
    expect(personalPromotionCommand(claimOf('withdraw', given))).toBeUndefined()
  })

  test('with an id in a list is no command', () => {
    const { reasonText } = withdraw as { reasonText: string }
    expect(personalPromotionCommand(claimOf('withdraw', { reasonText: [reasonText] }))).toBeUndefined()
  })
})
