import { and, eq, inArray } from 'drizzle-orm'
import { person as personTable } from '../../../db/control/person.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import { preflightRuleIds } from '../../../domain/preflight/registry.ts'
import { Refused, type RefusedField } from '../../refused.ts'
import type { AskedBundle } from './asked-bundle.ts'
import type { RequestContent } from './request-content.ts'

function outsiders(
  { promotingAssets }: Pick<AskedBundle, 'promotingAssets'>,
  { evidence, acknowledge, adopt }: RequestContent,
): readonly RefusedField[] {
  const own = new Set<AssetId>(promotingAssets.map(({ id }) => id))
  const message = 'is no asset of this promotion'
  return [
    ...evidence.flatMap(({ asset }, place) =>
      asset === null || own.has(asset) ? [] : [{ pointer: `/evidence/${place}/asset`, message }],
    ),
    ...acknowledge.flatMap(({ asset }, place) =>
      own.has(asset) ? [] : [{ pointer: `/acknowledge/${place}/asset`, message }],
    ),
    ...adopt.flatMap(({ asset }, place) =>
      own.has(asset) ? [] : [{ pointer: `/adopt/${place}/id`, message }],
    ),
  ]
}

function unknownRules({ acknowledge }: RequestContent): readonly RefusedField[] {
  return acknowledge.flatMap(({ rule }, place) =>
    preflightRuleIds.has(rule)
      ? []
      : [{ pointer: `/acknowledge/${place}/rule`, message: 'is no rule of preflight' }],
  )
}

async function unknownReviewers(
  transaction: Transaction,
  { reviewers }: RequestContent,
): Promise<readonly RefusedField[]> {
  if (reviewers.length === 0) return []
  const rows = await transaction
    .select({ id: personTable.id })
    .from(personTable)
    .where(
      and(
        eq(personTable.organization, transaction.organization),
        eq(personTable.active, true),
        inArray(personTable.id, [...reviewers]),
      ),
    )
  const known = new Set(rows.map(({ id }) => id))
  return reviewers.flatMap((person, place) =>
    known.has(person)
      ? []
      : [{ pointer: `/reviewers/${place}`, message: 'is nobody who is active in the organization' }],
  )
}

/**
 * Sees to it that what is sent along speaks of this promotion's assets, of rules that there are, and of people who are.
 *
 * @throws Refused `invalid-body` naming the places.
 */
export async function refuseStrangers(
  transaction: Transaction,
  request: Pick<AskedBundle, 'promotingAssets'> & RequestContent,
): Promise<void> {
  const errors = [
    ...outsiders(request, request),
    ...unknownRules(request),
    ...(await unknownReviewers(transaction, request)),
  ]
  if (errors.length === 0) return
  throw new Refused(
    'invalid-body',
    'The request speaks of assets, rules or people that are none here.',
    errors,
  )
}
