import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StoreKind } from '../../../src/db/rights/right.ts'
import type { SweepCounts } from '../../../src/domain/drift/sweep.ts'
import { type AssetId, identifier, type OrganizationId } from '../../../src/domain/identifiers.ts'
import { openTemporalClient } from '../../../src/temporal/connection.ts'
import { createValueSet, fourPeople, openDeployment, promote } from '../../support/deployment.ts'
import { foreignHand } from './production-changes.ts'

const api = await openDeployment()
const { client, close } = openTemporalClient(api.temporal)
afterAll(close)

// One run takes fifty pages, a page is one organization's, and no more than a hundred assets of it. Ids decide the order:
// 48 small organizations, the one that promoted, and one whose assets go on where the first run ends.
const smallOnes = Array.from({ length: 48 }, (_, place): OrganizationId => {
  return identifier(`00000000-0000-4000-8000-${String(place + 1).padStart(12, '0')}`)
})
const last = identifier<OrganizationId>('ffffffff-ffff-4fff-bfff-ffffffffffff')
const lastAssets = Array.from({ length: 150 }, () => identifier<AssetId>(randomUUID())).toSorted()

let original: { readonly organization: OrganizationId; readonly asset: AssetId }

type Change = Readonly<Record<string, string>>

/** Copies an organization's rows once for each change, past the keys that lead to what is not copied. */
async function copyRows(store: StoreKind, table: string, from: string, changes: readonly Change[]) {
  const connection = await api.testStores.superuser(store).connect()
  try {
    await connection.query('begin')
    await connection.query('set local session_replication_role = replica')
    await connection.query(
      `insert into ${table} select (jsonb_populate_record(one, change)).*
       from ${table} as one, unnest($2::jsonb[]) as change where one.organization = $1`,
      [from, changes.map((change) => JSON.stringify(change))],
    )
    await connection.query('commit')
  } finally {
    connection.release()
  }
}

beforeAll(async () => {
  const organization = await api.newOrganization({ people: fourPeople })
  const promotion = await promote(api, organization, [await createValueSet(api, organization)])
  const asset = promotion.items[0]?.target?.id
  if (asset === undefined) throw new Error('nothing was promoted')
  original = { organization: organization.id, asset }
  const copies = [...smallOnes, last].map((copy) => ({ organization: copy }))
  const small = copies.slice(0, -1)
  const copiesIn = (...columns: readonly string[]) => [
    ...small,
    ...lastAssets.map((id) => ({
      organization: last,
      ...Object.fromEntries(columns.map((column) => [column, id])),
    })),
  ]
  await copyRows('control', 'organization', organization.id, copies)
  await copyRows('control', 'environment', organization.id, copies)
  await copyRows('control', 'association', organization.id, copiesIn('source_asset', 'target_asset'))
  await copyRows('production', 'content', organization.id, copies)
  await copyRows('production', 'asset', organization.id, copiesIn('id'))
  await copyRows('production', 'asset_version', organization.id, copiesIn('asset'))
})

interface Run {
  readonly looked: readonly string[]
  readonly next: string | undefined
}

/** What one run of a sweep asked production about, and the run that it goes on in. */
async function readRun(workflowId: string, run: string): Promise<Run> {
  const { events } = await client.workflow.getHandle(workflowId, run).fetchHistory()
  const looked = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    if (scheduled?.activityType?.name !== 'verifyAssets') return []
    const [payload] = scheduled.input?.payloads ?? []
    const asked: { organization: string; assets: string[] } = JSON.parse(
      Buffer.from(payload?.data ?? []).toString(),
    )
    return asked.assets.map((asset) => `${asked.organization} ${asset}`)
  })
  const ended = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes
  return { looked, next: ended?.newExecutionRunId ?? undefined }
}

async function sweep(): Promise<{ readonly counts: SweepCounts; readonly runs: readonly Run[] }> {
  const workflowId = `drift-sweep-${randomUUID()}`
  const started = await client.workflow.start('driftSweepWorkflow', {
    workflowId,
    taskQueue: 'control',
    args: [{}],
  })
  const counts: SweepCounts = await started.result()
  const runs: Run[] = []
  let run: string | undefined = started.firstExecutionRunId
  while (run !== undefined) {
    const read = await readRun(workflowId, run)
    runs.push(read)
    run = read.next
  }
  return { counts, runs }
}

test('a sweep of more than one run takes goes on in the next one, and looks at everything once', async () => {
  const first = smallOnes[0] ?? original.organization
  await foreignHand(api.testStores, first, original.asset).write(['changed early'])
  await foreignHand(api.testStores, last, lastAssets.at(-1) ?? original.asset).write(['changed late'])

  const { counts, runs } = await sweep()
  expect(counts).toEqual({ compared: 48 + 1 + 150, drifted: 2, inSyncAgain: 0, unreached: 0 })
  expect(runs.map(({ looked }) => looked.length)).toEqual([48 + 1 + 100, 50])
  expect(runs.flatMap(({ looked }) => looked)).toEqual([
    ...smallOnes.map((organization) => `${organization} ${original.asset}`),
    `${original.organization} ${original.asset}`,
    ...lastAssets.map((asset) => `${last} ${asset}`),
  ])
  const { rows } = await api.testStores
    .superuser('control')
    .query('select organization, asset from asset_drift order by organization')
  expect(rows).toEqual([
    { organization: first, asset: original.asset },
    { organization: last, asset: lastAssets.at(-1) },
  ])
})
