import { expect } from 'vitest'
import { storeKinds } from '../../../src/db/stores.ts'
import { verifyLog } from '../../../src/trust/verify-log.ts'
import type { Deployment } from './deployment.ts'
import { eventually } from './eventually.ts'

interface Head {
  readonly organization: string
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/**
 * Every organization's log in every store is gapless and has the root that its head names, and control's index holds
 * every log, entry by entry, as far as it goes.
 */
export async function expectWholeLogs({ stores }: Deployment): Promise<void> {
  const control = stores.superuser('control')
  for (const store of storeKinds) {
    const pool = stores.superuser(store)
    const heads = await pool.query<Head>(
      "select organization, (select origin from log_store) || '/' || organization as origin, size::int, root from log_head",
    )
    for (const { organization, origin, size, root } of heads.rows) {
      const { rows: entries } = await pool.query<{ index: number; leaf: Buffer; hash: string }>(
        "select index::int, leaf, encode(leaf_hash, 'hex') as hash from log_entry where organization = $1 and index < $2 order by index",
        [organization, size],
      )
      expect(verifyLog({ origin, entries, expected: { size, root } })).toMatchObject({ verified: true })

      const indexed = async () => {
        const { rows } = await control.query<{ index: number; hash: string }>(
          "select index::int, encode(leaf_hash, 'hex') as hash from event_index where organization = $1 and origin = $2 and index < $3 order by index",
          [organization, origin, size],
        )
        return rows
      }
      await eventually(`the index holds ${origin}`, async () => (await indexed()).length >= size)
      expect(await indexed()).toEqual(entries.map(({ index, hash }) => ({ index, hash })))
    }
  }
}
