import { and, ne, or } from 'drizzle-orm'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { type Claim, claimsOf } from '../../../domain/asset/claims.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import { Refused } from '../../refused.ts'
import type { AcceptedContent } from './accept-content.ts'
import { holdClaims, mayHold, readHolders } from './claim-holders.ts'

interface Claimant {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly accepted: Pick<AcceptedContent, 'type' | 'content'>
}

async function holdersOf(
  transaction: Transaction,
  { asset, environment, accepted: { type } }: Claimant,
  claims: readonly Claim[],
): Promise<ReadonlyMap<string, readonly AssetId[]>> {
  const others = and(ne(assetTable.id, asset), or(...claims.map(mayHold)))
  const holders = new Map<string, AssetId[]>()
  for (const { target, content } of await readHolders(transaction, environment, [type], others)) {
    for (const { key } of claimsOf(type, content)) holders.set(key, [...(holders.get(key) ?? []), target])
  }
  return holders
}

/**
 * Refuses content that holds what only so many assets of its type may hold in one environment, such as a second filter
 * of one subscription. With `hold`, nobody else takes the same until the transaction ends.
 *
 * @throws Refused `invalid-body` naming the place, and the other asset, which whoever writes here may see.
 */
export async function refuseTaken(
  transaction: Transaction,
  claimant: Claimant,
  how: 'hold' | 'read',
): Promise<void> {
  const { environment, accepted } = claimant
  const claims = claimsOf(accepted.type, accepted.content)
  if (claims.length === 0) return
  const type = accepted.type.name
  if (how === 'hold')
    await holdClaims(
      transaction,
      environment,
      claims.map(({ key }) => ({ type, key })),
    )
  const holders = await holdersOf(transaction, claimant, claims)
  const errors = claims.flatMap(({ key, pointer, maximum }) => {
    const others = holders.get(key) ?? []
    if (others.length < maximum) return []
    return [{ pointer: `/content${pointer}`, message: `is taken by asset ${others.join(', ')}` }]
  })
  if (errors.length === 0) return
  throw new Refused(
    'invalid-body',
    `Only so many assets of type ${type} may hold this in one environment. See its rules at GET /v1/asset-types/${type}.`,
    errors,
  )
}
