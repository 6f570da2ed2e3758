import { databaseClock } from '../../../db/database-clock.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { type Instant, instant } from '../../../domain/identifiers.ts'
import type { Reassessment } from '../../../domain/promotion/commands.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import { readOpening } from '../../freezes/opening.ts'

type Waiting = Pick<PromotionState, 'notBefore' | 'terms'> & {
  readonly facts: Pick<PromotionState['facts'], 'destination'>
}

/** Later of two instants where both are known; null where one of them is not. */
function latest(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return null
  return one > other ? one : other
}

/**
 * What keeps a promotion from landing now by the database's clock, and until when as far as that is known: its own time,
 * the windows of its policy, and freezes as they are set now.
 */
export async function readHindrances(
  transaction: Transaction,
  { facts, notBefore, terms }: Waiting,
): Promise<Pick<Reassessment, 'hindrances' | 'opensAt'>> {
  const now = instant(await databaseClock(transaction))
  const early = notBefore !== null && notBefore > now
  // What counts is whether it is open when it may land at the earliest.
  const from = early ? notBefore : now
  const opening = await readOpening(transaction, facts.destination, terms?.windows ?? [], now)
  const then = early ? await readOpening(transaction, facts.destination, terms?.windows ?? [], from) : opening
  const closures = opening.open ? [] : opening.because.map(({ kind }) => kind)
  const hindrances = [...new Set([...(early ? (['not-before'] as const) : []), ...closures])]
  if (hindrances.length === 0) return { hindrances, opensAt: null }
  const opens = then.open ? from : then.opensAt
  return { hindrances, opensAt: latest(from, opens) }
}
