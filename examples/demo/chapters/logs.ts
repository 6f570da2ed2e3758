import { asc, eq, sql } from 'drizzle-orm'
import { auditEventShape, logShape } from '../../../src/contract/audit.ts'
import { pageShape } from '../../../src/contract/pagination.ts'
import { logEntry } from '../../../src/db/log/log-entry.ts'
import { logHead } from '../../../src/db/log/log-head.ts'
import { openPool } from '../../../src/db/pool.ts'
import { type StoreAddress, storeKinds } from '../../../src/db/stores.ts'
import { withOrganization } from '../../../src/db/transaction.ts'
import type { OrganizationId } from '../../../src/domain/identifiers.ts'
import { leafHash } from '../../../src/trust/merkle.ts'
import { verifyLog } from '../../../src/trust/verify-log.ts'
import { type Client, expected, until } from '../client.ts'
import { DemoFailed, type Narrative } from '../narrative.ts'

/** One log as an auditor reads it from its database: every entry's bytes, and the head they should lead to. */
export interface ReadLog {
  readonly store: string
  readonly origin: string
  readonly entries: readonly { readonly index: number; readonly leaf: Uint8Array }[]
  readonly head: { readonly size: number; readonly root: Uint8Array }
}

/** Reads an organization's logs over the login `auditor`, which may read logs and nothing that they are about. */
export async function readLogs(
  address: StoreAddress,
  organization: OrganizationId,
): Promise<readonly ReadLog[]> {
  const logs: ReadLog[] = []
  for (const store of storeKinds) {
    const pool = openPool({ store, role: 'auditor', url: address(store, 'auditor'), onIdleError: () => {} })
    try {
      const { origins, heads, rows } = await withOrganization(pool, organization, async (transaction) => ({
        origins: (await transaction.execute<{ origin: string }>(sql`select log_origin() as origin`)).rows,
        heads: await transaction.select().from(logHead).where(eq(logHead.organization, organization)),
        rows: await transaction
          .select({ index: logEntry.index, leaf: logEntry.leaf })
          .from(logEntry)
          .where(eq(logEntry.organization, organization))
          .orderBy(asc(logEntry.index)),
      }))
      const [head] = heads
      const [own] = origins
      // Where nothing has happened yet, there is no log.
      if (head === undefined || own === undefined) continue
      const entries = rows.map(({ index, leaf }) => ({ index, leaf: new Uint8Array(leaf) }))
      const { size, root } = head
      logs.push({ store, origin: own.origin, entries, head: { size, root: Buffer.from(root, 'hex') } })
    } finally {
      await pool.pool.end()
    }
  }
  return logs
}

/** The leaf hashes that the API lists, by log. */
async function listedHashes(
  ask: Client,
  key: string,
): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const listed = new Map<string, Map<number, string>>()
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor === null ? {} : { cursor }) })
    const answer = await ask(key, 'GET', `/v1/audit/events?${query}`)
    const page: {
      data: readonly { origin: string; index: number; leafHash: string }[]
      nextCursor: string | null
    } = expected(answer, 200, pageShape(auditEventShape))
    for (const { origin, index, leafHash } of page.data) {
      const ofLog = listed.get(origin) ?? new Map<number, string>()
      listed.set(origin, ofLog.set(index, leafHash))
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  return listed
}

async function indexHolds(ask: Client, key: string, logs: readonly ReadLog[]): Promise<void> {
  await until('the index has every entry of every log', async () => {
    const answer = await ask(key, 'GET', '/v1/audit/logs')
    const sizes = new Map(
      expected(answer, 200, pageShape(logShape)).data.map(({ origin, size }) => [origin, size]),
    )
    return logs.every(({ origin, head }) => (sizes.get(origin) ?? 0) >= head.size) ? true : undefined
  })
}

/** The same log, with one digit of its last entry's id changed. */
function changed({ entries, ...log }: ReadLog): ReadLog {
  const last = entries.length - 1
  const alter = (leaf: Uint8Array) =>
    new TextEncoder().encode(new TextDecoder().decode(leaf).replace(/"id":"./, '"id":"1'))
  return {
    ...log,
    entries: entries.map(({ index, leaf }) => ({ index, leaf: index === last ? alter(leaf) : leaf })),
  }
}

/** Recomputes every log's head from its entries, and compares the entries with those that the API lists. */
export async function checkLogs(
  ask: Client,
  key: string,
  logs: readonly ReadLog[],
  narrative: Narrative,
): Promise<void> {
  await indexHolds(ask, key, logs)
  const listed = await listedHashes(ask, key)
  for (const log of logs) {
    const { store, origin, entries, head } = log
    const verdict = verifyLog({ origin, entries, expected: head })
    if (!verdict.verified) throw new DemoFailed(`The log of ${store} does not verify. ${verdict.message}`)
    const root = Buffer.from(verdict.root).toString('hex')
    narrative.tell(origin)
    narrative.check(`its ${verdict.size} entries lead to its head ${root.slice(0, 24)}…`, verdict.verified)
    const same = entries.every(
      ({ index, leaf }) => listed.get(origin)?.get(index) === Buffer.from(leafHash(leaf)).toString('hex'),
    )
    narrative.check('GET /v1/audit/events lists the same entries', same)
    const altered = verifyLog({ origin, entries: changed(log).entries, expected: head })
    narrative.check('with one digit of its last entry changed, they no longer do', !altered.verified)
  }
}
