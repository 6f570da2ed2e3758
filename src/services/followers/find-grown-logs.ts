import type { StorePool } from '../../db/pool.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'

export interface GrownLog {
  readonly organization: OrganizationId
  readonly size: number
  readonly time: Date
}

/** The logs of a store that have grown since an instant, whoever they belong to. */
export async function findGrownLogs({ pool }: StorePool, since: Date): Promise<readonly GrownLog[]> {
  const { rows } = await pool.query<{ organization: OrganizationId; size: string; time: Date }>(
    'select organization, size, time from log_heads_since($1)',
    [since],
  )
  return rows.map(({ organization, size, time }) => ({ organization, size: Number(size), time }))
}
