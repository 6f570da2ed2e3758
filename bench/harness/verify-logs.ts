import { storeKinds } from '../../src/db/stores.ts'
import { verifyLog } from '../../src/trust/verify-log.ts'
import { WrongAnswer } from './call.ts'
import type { Ground } from './ground.ts'

interface Head {
  readonly organization: string
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** Recomputes every organization's log in every store. Returns how many entries were checked. */
export async function verifyEveryLog({ superuser }: Ground): Promise<number> {
  let checked = 0
  for (const store of storeKinds) {
    const { rows: heads } = await superuser(store).query<Head>(
      `SELECT organization, (SELECT origin FROM log_store) || '/' || organization AS origin, size::int, root FROM log_head`,
    )
    for (const { organization, origin, size, root } of heads) {
      const { rows: entries } = await superuser(store).query<{ index: number; leaf: Buffer }>(
        'SELECT index::int, leaf FROM log_entry WHERE organization = $1 ORDER BY index',
        [organization],
      )
      const verdict = verifyLog({ origin, entries, expected: { size, root } })
      if (!verdict.verified) throw new WrongAnswer(`The log ${origin} does not verify: ${verdict.message}`)
      checked += size
    }
  }
  return checked
}
