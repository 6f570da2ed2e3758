import { expect } from 'vitest'
import type { StoreKind } from '../../../src/db/rights/right.ts'
import { type Leaf, readLeaf } from '../../../src/trust/leaf.ts'
import { verifyLog } from '../../../src/trust/verify-log.ts'
import { installation } from '../../support/cluster.ts'
import type { TestStores } from '../../support/stores.ts'

/** The name of an organization's log of one store. */
export function originOf(store: StoreKind, organization: string): string {
  return `${installation}/${store}/${organization}`
}

/** An organization's whole log of one store, verified from its first entry to its head. */
export async function verifiedLog(
  stores: TestStores,
  store: StoreKind,
  organization: string,
): Promise<readonly Leaf[]> {
  const pool = stores.superuser(store)
  const { rows: entries } = await pool.query<{ index: number; leaf: Buffer }>(
    'SELECT index::integer, leaf FROM log_entry WHERE organization = $1 ORDER BY index',
    [organization],
  )
  const { rows: heads } = await pool.query<{ size: number; root: Buffer }>(
    'SELECT size::integer, root FROM log_head WHERE organization = $1',
    [organization],
  )
  const [head] = heads
  if (head === undefined) return []
  const origin = originOf(store, organization)
  expect(verifyLog({ origin, entries, expected: head })).toMatchObject({ verified: true })
  return entries.map(({ leaf }) => readLeaf(leaf))
}
