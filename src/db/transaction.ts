import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import type { PoolClient } from 'pg'
import { isUuid, type OrganizationId } from '../domain/identifiers.ts'
import type { StorePool } from './pool.ts'
import type { StoreKind } from './rights/right.ts'
import { preparing } from './sending/preparing.ts'

declare const inside: unique symbol

/**
 * A transaction that speaks for one organization. It cannot open another one: what belongs together shares it.
 */
export type Transaction = Omit<NodePgDatabase, 'transaction' | '$client'> & {
  readonly [inside]: true
  readonly organization: OrganizationId
  readonly store: StoreKind
  /** Sends a statement at once, behind all that was sent before, and answers its rows. */
  send<Row>(text: string, values: unknown[]): Promise<readonly Row[]>
  /** As `send`, where nobody has to wait for the answer: where the statement fails, so does the transaction. */
  sendAhead<Row>(text: string, values: unknown[]): Promise<readonly Row[]>
}

const readOnly =
  "select set_config('transaction_read_only', $1, true), set_config('synchronous_commit', $2, true)"

function transactionOver(
  client: PoolClient,
  organization: OrganizationId,
  { store, prepared }: StorePool,
  sent: Promise<unknown>[],
): Transaction {
  const connection = preparing(client, prepared)
  const send = async (text: string, values: unknown[]) => (await connection.query({ text }, values)).rows
  const sendAhead = (text: string, values: unknown[]) => {
    const answer = heardLater(send(text, values))
    sent.push(answer)
    return answer
  }
  const own = { organization, store, send, sendAhead }
  return Object.assign(drizzle(connection), own) as unknown as Transaction
}

// One statement of two, which can have no parameters.
function beginFor(organization: OrganizationId): string {
  if (!isUuid(organization)) throw new TypeError('an organization is named by its id')
  return `begin; set local countersign.organization = '${organization}'`
}

function isAftermath(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === '25P02') return true
  }
  return false
}

// What was sent behind a statement that failed only hears that the transaction has failed.
async function whatFailed(error: unknown, sent: readonly Promise<unknown>[]): Promise<unknown> {
  if (!isAftermath(error)) return error
  for (const answer of await Promise.allSettled(sent)) {
    if (answer.status === 'rejected' && !isAftermath(answer.reason)) return answer.reason
  }
  return error
}

/** Whoever awaits it hears of its failure; until then nobody does, which is no reason to end the process. */
export function heardLater<Result>(statement: Promise<Result>): Promise<Result> {
  statement.catch(() => {})
  return statement
}

/**
 * Runs `work` in one transaction in which only rows of `organization` exist. This is the only way to a handle: the
 * setting that row-level security compares with is local to the transaction, so no pooled connection carries it on.
 */
export async function withOrganization<Result>(
  pool: StorePool,
  organization: OrganizationId,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.pool.connect()
  let broken: Error | undefined
  // A connection may end between two statements, where nobody waits for it: unheard, that would end the process.
  const onBroken = (error: Error) => {
    broken = error
  }
  client.on('error', onBroken)
  const sent: Promise<unknown>[] = []
  try {
    // This, and the commit behind the last statement, are not waited for: after a failure PostgreSQL refuses whatever else
    // the transaction sends, and turns its commit into a rollback.
    sent.push(heardLater(client.query(beginFor(organization))))
    const result = await work(transactionOver(client, organization, pool, sent))
    sent.push(heardLater(client.query('commit')))
    await Promise.all(sent)
    return result
  } catch (error) {
    try {
      await client.query('rollback')
    } catch (unreachable) {
      broken = unreachable instanceof Error ? unreachable : new Error('rollback failed')
    }
    throw await whatFailed(error, sent)
  } finally {
    client.off('error', onBroken)
    client.release(broken)
  }
}

/**
 * Ends a transaction's right to write, where it only reads or holds rights still: its commit then has nothing that would
 * have to reach the disk first. What is locked stays locked.
 */
export function writesNoMore(transaction: Transaction): void {
  void transaction.sendAhead(readOnly, ['on', 'off'])
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
