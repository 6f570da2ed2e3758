import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId, OrganizationId } from '../../domain/identifiers.ts'
import { type PastHead, type PinnedMoment, readPastHeads } from '../assets/history/read-past-heads.ts'
import { readPastLinks } from '../assets/history/read-past-links.ts'
import type { AssociationState } from '../assets/view/associations.ts'
import { asAuditor } from '../audit/as-auditor.ts'
import { readLogSizes } from '../audit/read-log-sizes.ts'
import type { ServiceContext } from '../context.ts'
import { Refused } from '../refused.ts'
import { notFound } from './require-organization-key.ts'

/** Where the next page goes on: below one asset, at the moment and in the logs of the first page. */
export interface StatePosition extends PinnedMoment {
  readonly after: AssetId
}

export interface StateQuery {
  readonly organization: OrganizationId
  /** Now when left out. */
  readonly at?: string | undefined
  readonly environment?: EnvironmentId | undefined
  readonly type?: string | undefined
  readonly limit: number
  readonly position?: StatePosition | undefined
}

export interface OrganizationAsset extends PastHead {
  readonly association?: AssociationState
}

export interface StatePage {
  readonly at: string
  readonly assets: readonly OrganizationAsset[]
  readonly next: StatePosition | null
}

async function pinMoment(control: Transaction, asked: string | undefined): Promise<PinnedMoment> {
  const { rows } = await control.execute<{ at: string; future: boolean }>(sql`
    select to_char(coalesce(${asked ?? null}::timestamptz, now.now) at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, coalesce(${asked ?? null}::timestamptz > now.now, false) as future
    from clock_timestamp() as now(now)`)
  const [row] = rows
  if (row === undefined || row.future) {
    throw new Refused('invalid-parameter', 'Nobody knows yet how the assets will stand then.', [
      { pointer: 'at', message: 'must not be in the future' },
    ])
  }
  return { at: row.at, sizes: await readLogSizes(control) }
}

/**
 * How every asset of the organization stood at a moment, across its environments and without content, as the index of
 * all logs tells it. A position pins moment and logs, so that pages stay whole while the logs grow.
 *
 * @throws Refused `not-found` for another organization, `forbidden` to everybody but auditors and owners,
 * `invalid-parameter` for a moment in the future.
 */
export function listAssetStates(
  { caller, stores }: ServiceContext,
  { organization, at, environment, type, limit, position }: StateQuery,
): Promise<StatePage> {
  if (caller.organization !== organization) return Promise.reject(notFound())
  return asAuditor(stores, caller, async (control) => {
    const moment = position ?? (await pinMoment(control, at))
    const filters = [
      environment === undefined ? sql`true` : sql`head.environment = ${environment}`,
      type === undefined ? sql`true` : sql`head.type = ${type}`,
      position === undefined ? sql`true` : sql`head.asset < ${position.after}`,
    ]
    const heads = await readPastHeads(control, moment, sql.join(filters, sql` and `), limit + 1)
    const shown = heads.slice(0, limit)
    const links = await readPastLinks(control, moment, shown)
    const assets = shown.map((head): OrganizationAsset => {
      const association = links.get(head.id)
      return { ...head, ...(association === undefined ? {} : { association }) }
    })
    const last = assets.at(-1)
    const more = heads.length > limit && last !== undefined
    const next = more ? { at: moment.at, sizes: moment.sizes, after: last.id } : null
    return { at: moment.at, assets, next }
  })
}
