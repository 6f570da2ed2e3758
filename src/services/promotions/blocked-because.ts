import { databaseClock } from '../../db/database-clock.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type EnvironmentId, type Instant, instant } from '../../domain/identifiers.ts'
import type { Closure } from '../../domain/policy/opening.ts'
import type { PromotionPhase } from '../../domain/promotion/state.ts'
import { unreachable } from '../../domain/stream.ts'
import { readOpening } from '../freezes/opening.ts'
import { readFreeze } from '../freezes/read-freezes.ts'
import { readOrganizationFreeze } from '../freezes/read-organization-freeze.ts'

/** One reason why a promotion does not land, whatever people decide. */
export interface BlockedBecause {
  readonly code: 'frozen' | 'awaiting-verdict'
  readonly detail: string
  /** What was said when it was frozen; null once erased, and for what nobody said anything about. */
  readonly reason: string | null
  readonly since: Instant
  /** When nothing stops it any more, as far as that is known. */
  readonly opensAt?: Instant
}

// Until it is authorized; from then on it has landed, or is being taken back.
const stoppable: ReadonlySet<PromotionPhase> = new Set([
  'requested',
  'preflight',
  'in_review',
  'awaiting_approval',
  'changes_requested',
  'approved',
  'scheduled',
])

async function blockOf(
  transaction: Transaction,
  destination: EnvironmentId,
  closure: Closure,
): Promise<readonly BlockedBecause[]> {
  switch (closure.kind) {
    case 'organization-freeze': {
      const reason = (await readOrganizationFreeze(transaction))?.reason ?? null
      const detail = 'The organization is frozen. Nothing lands until an owner or admin lifts that.'
      return [{ code: 'frozen', detail, reason, since: closure.since }]
    }
    case 'freeze': {
      const { id, name, since } = closure
      const reason = (await readFreeze(transaction, destination, id))?.reason ?? null
      const named = name === null ? '' : ` by “${name}”`
      const detail = `The destination is frozen${named}. Nothing lands there until that is over or lifted.`
      return [{ code: 'frozen', detail, reason, since }]
    }
    case 'window':
      return []
    default:
      return unreachable(closure)
  }
}

/** What stops a promotion from landing now, as the database's clock has it; nothing where it has landed or ended. */
export async function blockedBecause(
  transaction: Transaction,
  {
    state,
    destinationEnvironment,
  }: {
    readonly state: PromotionPhase
    readonly destinationEnvironment: EnvironmentId
  },
): Promise<readonly BlockedBecause[]> {
  if (!stoppable.has(state)) return []
  const now = instant(await databaseClock(transaction))
  const opening = await readOpening(transaction, destinationEnvironment, [], now)
  if (opening.open) return []
  const { because, opensAt } = opening
  const blocks: BlockedBecause[] = []
  for (const closure of because) blocks.push(...(await blockOf(transaction, destinationEnvironment, closure)))
  return opensAt === null ? blocks : blocks.map((block) => ({ ...block, opensAt }))
}
