import { performedAct } from '../../db/environment/performed-act.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StorePool } from '../../db/pool.ts'
import type { Transaction } from '../../db/transaction.ts'
import { unreachable } from '../../domain/stream.ts'
import type { ActAnswer, AuthorizedAct } from '../../services/asset-store.ts'
import { appendEntries } from '../../services/audit/append-entries.ts'
import { cited, throughWorkflow } from './entries.ts'
import { erase } from './perform/erase.ts'
import type { Performed } from './perform/performed.ts'
import { restore } from './perform/restore.ts'
import { supplySecrets } from './perform/supply-secrets.ts'
import { write } from './perform/write.ts'
import { oneAtATime } from './statements/one-at-a-time.ts'
import { performedVersion } from './statements/performed-version.ts'
import { type RefusedAct, unlessRefused } from './store-refused.ts'

/**
 * Performs an act outside a promotion, once for its command, or answers as the first time. Refuses with `fenced`,
 * `target-moved`, `never-live` or `content-erased`, having written nothing but the entry of the refusal.
 */
export function perform(pool: StorePool, act: AuthorizedAct): Promise<ActAnswer> {
  const { organization, asset } = act
  return unlessRefused<ActAnswer>(pool, organization, refusedAct(act), async (transaction) => {
    await oneAtATime(transaction, act.id)
    const earlier = await performedVersion(transaction, act.id, act.kind)
    if (earlier !== null) return { kind: 'performed', version: earlier }
    const { version, entry, entries } = await carryOut(transaction, act)
    await insertRows(transaction, performedAct, [
      { organization, act: act.id, purpose: act.kind, asset, version, entry },
    ])
    await appendEntries(transaction, entries)
    return { kind: 'performed', version }
  })
}

/** Each kind has a file of its own, which takes the fences and locks that it needs. */
async function carryOut(transaction: Transaction, act: AuthorizedAct): Promise<Performed> {
  switch (act.kind) {
    case 'create-asset':
    case 'write-version':
      return write(transaction, act)
    case 'restore':
      return restore(transaction, act)
    case 'supply-secret':
      return supplySecrets(transaction, act)
    case 'erase':
      return erase(transaction, act)
    default:
      return unreachable(act)
  }
}

function refusedAct({ id, kind, asset, environment, person, grant }: AuthorizedAct): RefusedAct {
  return {
    subject: `production-command/${id}`,
    actor: throughWorkflow(person),
    environment,
    asset,
    details: { purpose: kind, authorization: cited(grant) },
  }
}
