import type { PoolClient, QueryResult } from 'pg'
import { leavesConnectionUseless, mayBeAftermath } from './failures.ts'
import type { StatementNames } from './statement-names.ts'
import { TransactionEnded } from './transaction-ended.ts'

interface Asked {
  readonly text: string
  readonly name?: string
}

type Answered = (error: Error | null, answer: QueryResult) => void
type Send = (asked: string | Asked, values: unknown[] | undefined, answered: Answered) => void

/** What was sent since the transaction began, or since a savepoint in it. */
interface Attempt {
  /** What failed first: whatever fails behind it only hears of that. */
  failure?: Error
  last?: Promise<unknown>
}

// Below this the limits of idle transactions cannot have been reached, whatever they are.
const surelyAliveMilliseconds = 1_000

/**
 * A pooled connection while one transaction has it. It remembers what failed first, keeps what comes often prepared, and
 * sends nothing once the transaction has ended, when it may be another one's already.
 */
export class HeldConnection {
  readonly #send: Send
  readonly #names: StatementNames
  #attempt: Attempt = {}
  #hasEnded = false
  #isAnswered = false
  #unusable: Error | undefined
  #answeredAt = performance.now()
  /** Whether the transaction has written nothing and will not. */
  onlyReads = false
  /** The connection for a builder of statements: all it sends goes through `query`. */
  readonly client: PoolClient

  constructor(client: PoolClient, names: StatementNames) {
    this.#send = client.query.bind(client) as Send
    this.#names = names
    const query = (asked: string | Asked, values?: unknown[]) => this.query(asked, values)
    this.client = Object.assign(Object.create(client) as PoolClient, { query })
  }

  /** Why the connection must not go back to its pool. */
  get unusable(): Error | undefined {
    return this.#unusable
  }

  lose(error: Error): void {
    this.#unusable ??= error
  }

  /**
   * Sends a statement behind all that was sent before.
   *
   * @throws TransactionEnded once it has.
   */
  async query(asked: string | Asked, values?: unknown[]): Promise<QueryResult> {
    if (this.#hasEnded) throw new TransactionEnded()
    try {
      return await this.#ask(asked, values)
    } catch (error) {
      // Its own stack leads to the socket, this one to whoever sent the statement.
      if (error instanceof Error) Error.captureStackTrace(error)
      throw error
    }
  }

  #ask(asked: string | Asked, values?: unknown[]): Promise<QueryResult> {
    const attempt = this.#attempt
    const answer = new Promise<QueryResult>((resolve, reject) => {
      this.#send(this.#named(asked, values), values, (error, result) => {
        this.#answeredAt = performance.now()
        if (!error) return resolve(result)
        attempt.failure ??= error
        if (leavesConnectionUseless(error)) this.lose(error)
        reject(error)
      })
    })
    attempt.last = answer
    return answer
  }

  #named(asked: string | Asked, values: unknown[] | undefined): string | Asked {
    if (typeof asked === 'string' || asked.name !== undefined || !values?.length) return asked
    const name = this.#names.nameOf(asked.text)
    return name === undefined ? asked : { ...asked, name }
  }

  /** The error to tell of: `error`, or what failed before it where it may come of that. */
  causeOf(error: unknown): unknown {
    return mayBeAftermath(error) ? (this.#attempt.failure ?? error) : error
  }

  /** @throws what failed of all that was sent since the transaction or its newest savepoint began. */
  async #settled(): Promise<void> {
    await this.#attempt.last?.catch(() => {})
    if (this.#attempt.failure !== undefined) throw this.#attempt.failure
  }

  /**
   * Runs `work` behind a savepoint, with failures of its own.
   *
   * @throws what failed first, after rolling back to the savepoint.
   */
  async attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    // Nothing waits for it: where it fails, whatever is sent behind it does.
    this.query('savepoint attempt').catch(() => {})
    const outside = this.#attempt
    this.#attempt = {}
    try {
      const result = await work()
      await this.#settled()
      this.#attempt = outside
      this.query('release savepoint attempt').catch(() => {})
      return result
    } catch (error) {
      const cause = this.causeOf(error)
      this.#attempt = outside
      // Where that fails too, the transaction has, and its commit tells.
      await this.query('rollback to savepoint attempt; release savepoint attempt').catch(() => {})
      throw cause
    }
  }

  /**
   * Commits behind all that was sent, without waiting for it: after a failure PostgreSQL refuses what follows, and turns
   * the commit into a rollback.
   *
   * @throws what failed first, or that PostgreSQL did not commit.
   */
  async commit(): Promise<void> {
    const attempt = this.#attempt
    if (attempt.failure !== undefined) throw attempt.failure
    const answer = this.query('commit')
    this.#hasEnded = true
    const { command } = await answer
    this.#isAnswered = true
    if (attempt.failure !== undefined) throw attempt.failure
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back instead of committed')
  }

  /** Ends the transaction, where its commit was not answered; a connection that cannot do so is of no more use. */
  async rollBack(): Promise<void> {
    this.#hasEnded = true
    if (this.#isAnswered) return
    await this.#ask('rollback').catch((error) => this.lose(error))
  }

  /**
   * Makes sure that the transaction has what it locked. Asks PostgreSQL only after a while without an answer.
   *
   * @throws what ended it.
   */
  async expectHeld(): Promise<void> {
    const ended = this.#unusable ?? this.#attempt.failure
    if (ended !== undefined) throw ended
    if (this.#hasEnded) throw new TransactionEnded()
    if (performance.now() - this.#answeredAt >= surelyAliveMilliseconds) await this.query('select 1')
  }
}
