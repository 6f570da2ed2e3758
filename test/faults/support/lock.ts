import type { Pool } from 'pg'
import { eventually } from './eventually.ts'

/** A lock that the test holds, so that a process waits at the statement that needs it. */
export interface HeldLock {
  /** Settles when a login's session waits for this very lock, with that session's id. */
  waitedForBy(login: string): Promise<number>
  release(): Promise<void>
}

/** Takes a lock with one statement, in a transaction of a superuser that stays open. */
export async function holdLock(
  pool: Pool,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<HeldLock> {
  const client = await pool.connect()
  await client.query('begin')
  await client.query(statement, [...parameters])
  const { rows } = await client.query<{ session: number }>('select pg_backend_pid() as session')
  const session = rows[0]?.session
  let held = true
  return {
    async waitedForBy(login) {
      let waiting: number | undefined
      await eventually(`${login} waits for the lock`, async () => {
        const found = await pool.query<{ pid: number }>(
          'select pid from pg_stat_activity where usename = $1 and $2 = any (pg_blocking_pids(pid))',
          [login, session],
        )
        waiting = found.rows[0]?.pid
        return waiting !== undefined
      })
      return waiting ?? 0
    },
    async release() {
      if (!held) return
      held = false
      await client.query('rollback')
      client.release()
    },
  }
}

/** Ends a session as soon as it has carried out its statement and waits for the next one of its transaction. */
export async function endBetweenStatements(pool: Pool, session: number): Promise<void> {
  await eventually('the session waits for its next statement', async () => {
    const { rowCount } = await pool.query(
      "select from pg_stat_activity where pid = $1 and state = 'idle in transaction'",
      [session],
    )
    return rowCount === 1
  })
  await pool.query('select pg_terminate_backend($1)', [session])
}
