import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { PoolClient } from 'pg'
import type { OrganizationId } from '../domain/identifiers.ts'
import type { StorePool } from './pool.ts'
import type { StoreKind } from './rights/right.ts'

declare const inside: unique symbol

/**
 * A transaction that speaks for one organization. It cannot open another one: what belongs together shares it.
 */
export type Transaction = Omit<NodePgDatabase, 'transaction' | '$client'> & {
  readonly [inside]: true
  readonly organization: OrganizationId
  readonly store: StoreKind
}

function transactionOver(client: PoolClient, organization: OrganizationId, store: StoreKind): Transaction {
  return Object.assign(drizzle(client), { organization, store }) as unknown as Transaction
}

/**
 * Runs `work` in one transaction in which only rows of `organization` exist. This is the only way to a handle: the
 * setting that row-level security compares with is local to the transaction, so no pooled connection carries it on.
 */
export async function withOrganization<Result>(
  { pool, store }: StorePool,
  organization: OrganizationId,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  // A connection may end between two statements, where nobody waits for it: unheard, that would end the process.
  const onBroken = (error: Error) => {
    broken = error
  }
  client.on('error', onBroken)
  try {
    await client.query('begin')
    await client.query("select set_config('countersign.organization', $1, true)", [organization])
    const result = await work(transactionOver(client, organization, store))
    await client.query('commit')
    return result
  } catch (error) {
    try {
      await client.query('rollback')
    } catch (unreachable) {
      broken = unreachable instanceof Error ? unreachable : new Error('rollback failed')
    }
    throw error
  } finally {
    client.off('error', onBroken)
    client.release(broken)
  }
}

/**
 * Runs `work` behind a savepoint: when it throws, what it wrote is gone and the transaction goes on.
 *
 * @throws whatever `work` throws, after rolling back to the savepoint.
 */
export async function withSavepoint<Result>(
  transaction: Transaction,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  await transaction.execute('savepoint attempt')
  try {
    const result = await work(transaction)
    await transaction.execute('release savepoint attempt')
    return result
  } catch (error) {
    await transaction.execute('rollback to savepoint attempt')
    throw error
  }
}
