import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import { isUuid, type OrganizationId } from '../domain/identifiers.ts'
import type { StorePool } from './pool.ts'
import type { StoreKind } from './rights/right.ts'
import { HeldConnection } from './sending/held-connection.ts'

const inside: unique symbol = Symbol('inside')

/**
 * A transaction that speaks for one organization. It cannot open another one: what belongs together shares it. Once it
 * has ended, it sends nothing any more.
 */
export type Transaction = Omit<NodePgDatabase, 'transaction' | '$client'> & {
  readonly [inside]: HeldConnection
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
  connection: HeldConnection,
  organization: OrganizationId,
  store: StoreKind,
): Transaction {
  const send = async (text: string, values: unknown[]) => (await connection.query({ text }, values)).rows
  const sendAhead = (text: string, values: unknown[]) => heardLater(send(text, values))
  const own = { [inside]: connection, organization, store, send, sendAhead }
  return Object.assign(drizzle(connection.client), own) as unknown as Transaction
}

type Begin = 'begin' | 'begin read only'

// One statement of two, which can have no parameters.
function beginFor(begin: Begin, organization: OrganizationId): string {
  if (!isUuid(organization)) throw new TypeError('an organization is named by its id')
  return `${begin}; set local countersign.organization = '${organization}'`
}

/** Whoever awaits it hears of its failure; until then nobody does, which is no reason to end the process. */
export function heardLater<Result>(statement: Promise<Result>): Promise<Result> {
  statement.catch(() => {})
  return statement
}

/**
 * Runs `work` in one transaction in which only rows of `organization` exist. This is the only way to a handle: the
 * setting that row-level security compares with is local to the transaction, so no pooled connection carries it on.
 *
 * @throws whatever `work` throws, the first statement's failure where that is what failed, or that nothing was committed.
 */
export function withOrganization<Result>(
  pool: StorePool,
  organization: OrganizationId,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return run('begin', pool, organization, work)
}

/**
 * As `withOrganization`, for what neither writes nor locks: PostgreSQL lets it do nothing else, and whoever waits for its
 * work does not wait for its end.
 */
export function reading<Result>(
  pool: StorePool,
  organization: OrganizationId,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return run('begin read only', pool, organization, work)
}

async function run<Result>(
  begin: Begin,
  pool: StorePool,
  organization: OrganizationId,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = await pool.pool.connect()
  const connection = new HeldConnection(client, pool.names)
  connection.onlyReads = begin === 'begin read only'
  // A connection may end between two statements, where nobody waits for it: unheard, that would end the process.
  const onBroken = (error: Error) => connection.lose(error)
  client.on('error', onBroken)
  let ending: Promise<void> | undefined
  try {
    void heardLater(connection.query(beginFor(begin, organization)))
    const result = await work(transactionOver(connection, organization, pool.store))
    await pool.beforeCommit?.()
    if (connection.onlyReads) {
      await connection.expectHeld()
      ending = connection.commit().catch(() => connection.rollBack())
    } else await connection.commit()
    return result
  } catch (error) {
    await connection.rollBack()
    throw connection.causeOf(error)
  } finally {
    const giveBack = () => {
      client.off('error', onBroken)
      client.release(connection.unusable)
    }
    if (ending === undefined) giveBack()
    else void ending.finally(giveBack)
  }
}

/**
 * A pool whose transactions commit only while `holder` has what it locked: what they write rests on rights that were read
 * there.
 */
export function whileHeld(pool: StorePool, holder: Transaction): StorePool {
  return { ...pool, beforeCommit: () => holder[inside].expectHeld() }
}

/**
 * Ends a transaction's right to write, where it has written nothing and only reads or holds rights still: whoever waits for
 * its work does not wait for its end, by which nothing could be lost. What is locked stays locked until then.
 */
export function onlyReads(transaction: Transaction): void {
  transaction[inside].onlyReads = true
  void transaction.sendAhead(readOnly, ['on', 'off'])
}

/**
 * Runs `work` behind a savepoint: when it throws, or something that it sent ahead fails, what it wrote is gone and the
 * transaction goes on.
 *
 * @throws whatever `work` throws, or what failed first, after rolling back to the savepoint.
 */
export async function withSavepoint<Result>(
  transaction: Transaction,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  return transaction[inside].attempt(() => work(transaction))
}
