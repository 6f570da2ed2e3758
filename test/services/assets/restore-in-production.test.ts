import { describe, expect, test } from 'vitest'
import type { AssetId, EnvironmentId } from '../../../src/domain/identifiers.ts'
import { openApi } from '../../support/api.ts'
import {
  askFor,
  createValueSet,
  decideAs,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  promote,
} from '../../support/deployment.ts'
import { foreignHand } from '../drift/production-changes.ts'
import { verifiedLog } from './store-log.ts'

const api = await openDeployment()

interface Restored {
  readonly version: number
  readonly activeVersion: number
  readonly association: { readonly status: string; readonly finding?: string }
  readonly restoration: {
    readonly before: { readonly version: number }
    readonly after: { readonly version: number }
    readonly diff?: readonly object[]
  }
}

async function setRestore({ people, environments }: FourPeople, restore: 'fast' | 'approval' | undefined) {
  const step = { name: 'approval', kind: 'approval', approvals: 2, groups: ['approvers'] }
  const rule = { name: 'every promotion', steps: [step], ...(restore === undefined ? {} : { restore }) }
  await api.expectStatus(200, `/v1/environments/${environments.production}/policy`, {
    key: people.owner.keys.organization,
    method: 'PUT',
    body: { rules: [rule] },
    headers: { 'If-Match': '*' },
  })
}

async function activate({ people }: FourPeople, { id }: PromotionAnswer): Promise<void> {
  await api.expectStatus(200, `/v1/promotions/${id}/rollout/activate`, {
    key: people.anna.keys.production,
    method: 'POST',
    headers: { 'If-Match': '"pending_activation"' },
  })
}

async function changeInStaging({ people }: FourPeople, source: AssetId, value: string): Promise<void> {
  await api.expectStatus(200, `/v1/assets/${source}`, {
    key: people.editor.keys.staging,
    method: 'PUT',
    body: { content: { values: [{ value }] } },
    headers: { 'If-Match': '*' },
  })
}

/** Versions 1 and 2 of a production asset, in use one after the other. */
async function twoActivated(rule: 'fast' | 'approval' | 'unsaid' = 'fast') {
  const organization = await api.newOrganization({ people: fourPeople })
  await setRestore(organization, rule === 'unsaid' ? undefined : rule)
  const source = await createValueSet(api, organization, ['A'])
  const first = await promote(api, organization, [source])
  await activate(organization, first)
  await changeInStaging(organization, source.id, 'B')
  const second = await promote(api, organization, [{ id: source.id }])
  await activate(organization, second)
  const target = first.items[0]?.target?.id
  if (target === undefined) throw new Error('nothing was promoted')
  return { organization, source: source.id, target, second }
}

interface Act {
  readonly key?: string | undefined
  readonly dryRun?: boolean
  readonly idempotencyKey?: string
  readonly headers?: Readonly<Record<string, string>>
}

function restore(
  { people }: FourPeople,
  target: AssetId,
  version: number,
  { key = people.anna.keys.production, dryRun = false, idempotencyKey, headers }: Act = {},
): Promise<Response> {
  return api.request(`/v1/assets/${target}/restore${dryRun ? '?dryRun=true' : ''}`, {
    key,
    body: { version },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(headers === undefined ? {} : { headers }),
  })
}

async function answerOf(
  response: Promise<Response>,
): Promise<{ status: number; code?: string; detail?: string }> {
  const answered = await response
  const { code, detail } = (await answered.json()) as { code?: string; detail?: string }
  return {
    status: answered.status,
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
  }
}

async function read(key: string | undefined, asset: AssetId): Promise<Restored> {
  return api.expectStatus<Restored>(200, `/v1/assets/${asset}`, { key })
}

async function refusals(organization: FourPeople): Promise<readonly string[]> {
  const leaves = await verifiedLog(api.testStores, 'control', organization.id)
  return leaves.flatMap(({ type, data }) => {
    const details = data.details as { operation?: string; code?: string }
    return type === 'access.denied' && details.operation === 'restoreAsset' ? [details.code ?? ''] : []
  })
}

async function stateOf(store: 'control' | 'production', organization: string): Promise<string> {
  const pool = api.testStores.superuser(store)
  const names = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'organization'
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
  )
  const states: string[] = []
  for (const { name } of names.rows) {
    const { rows } = await pool.query(
      `SELECT count(*) || coalesce(md5(string_agg(row, '' ORDER BY row)), '') AS state FROM
         (SELECT to_jsonb("${name}")::text AS row FROM "${name}" WHERE organization = $1) AS every`,
      [organization],
    )
    states.push(`${name} ${rows[0].state}`)
  }
  return states.join('\n')
}

describe('restoring a version in production', () => {
  test('puts it in use again at once, on record, and the link has drifted until a promotion is activated', async () => {
    const { organization, source, target } = await twoActivated()
    const { anna, requester } = organization.people
    const response = await restore(organization, target, 1)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      version: 2,
      activeVersion: 1,
      association: { status: 'drifted', finding: 'restored' },
      restoration: { before: { version: 2 }, after: { version: 1 } },
    })
    expect(await read(requester.keys.staging, source)).toMatchObject({
      association: { status: 'drifted', finding: 'restored' },
    })
    const { staging, production } = organization.environments
    const parity = `/v1/environments/${staging}/parity?with=${production}`
    expect(await api.expectStatus(200, parity, { key: requester.keys.staging })).toMatchObject({
      drifted: { count: 1, data: [{ asset: source, partner: { asset: target } }] },
    })
    const leaves = await verifiedLog(api.testStores, 'production', organization.id)
    expect(leaves.at(-1)).toMatchObject({
      type: 'asset.restored',
      data: { actor: { person: anna.id, via: 'workflow' }, asset: target, version: 1 },
    })
    const heads = () =>
      api.testStores
        .superuser('control')
        .query('SELECT active_version FROM asset_head WHERE asset = $1', [target])
    await expect.poll(async () => (await heads()).rows[0]?.active_version, { timeout: 10_000 }).toBe(1)

    await changeInStaging(organization, source, 'C')
    const blocked = await askFor(api, organization, [{ id: source }])
    expect(blocked.state).toBe('changes_requested')
    await api.expectStatus(200, `/v1/promotions/${blocked.id}/withdraw`, {
      key: requester.keys.staging,
      body: { reason: 'Once more, knowing that it was restored' },
    })
    const third = await promote(api, organization, [{ id: source }], {
      acknowledge: [{ rule: 'target-restored', asset: source, pointer: '' }],
    })
    await activate(organization, third)
    expect(await read(anna.keys.production, target)).toMatchObject({
      activeVersion: 3,
      association: { status: 'in_sync' },
    })
  })

  test('ends the drift when the landed version itself is restored', async () => {
    const { organization, target } = await twoActivated()
    await restore(organization, target, 1)
    const back = await restore(organization, target, 2)
    expect(await back.json()).toMatchObject({ activeVersion: 2, association: { status: 'in_sync' } })
  })

  test('answers a repetition as the first time, also when something came after it', async () => {
    const { organization, target } = await twoActivated()
    const idempotencyKey = crypto.randomUUID()
    const twice = await Promise.all([
      restore(organization, target, 1, { idempotencyKey }),
      restore(organization, target, 1, { idempotencyKey }),
    ])
    expect(twice.map(({ status }) => status)).toEqual([200, 200])
    await restore(organization, target, 2)
    const late = await restore(organization, target, 1, { idempotencyKey })
    expect(late.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await late.json()).toMatchObject({
      activeVersion: 2,
      restoration: { before: { version: 2 }, after: { version: 1 } },
    })
    const leaves = await verifiedLog(api.testStores, 'production', organization.id)
    expect(leaves.filter(({ type }) => type === 'asset.restored')).toHaveLength(2)
  })

  test('shows before and after in a dry run, whose only trace is the reading of both contents', async () => {
    const { organization, target } = await twoActivated()
    const { anna } = organization.people
    const production = await stateOf('production', organization.id)
    // What was done before has to be followed first.
    await expect
      .poll(async () => (await read(anna.keys.production, target)).activeVersion, { timeout: 10_000 })
      .toBe(2)
    const before = await verifiedLog(api.testStores, 'control', organization.id)
    const response = await restore(organization, target, 1, { dryRun: true })
    expect(await response.json()).toMatchObject({
      activeVersion: 2,
      association: { status: 'in_sync' },
      restoration: {
        dryRun: true,
        before: { version: 2 },
        after: { version: 1 },
        diff: [{ pointer: '/values/0/value', op: 'replace', from: 'B', to: 'A' }],
      },
    })
    await restore(organization, target, 1, { dryRun: true })
    expect(await stateOf('production', organization.id)).toBe(production)
    const added = (await verifiedLog(api.testStores, 'control', organization.id)).slice(before.length)
    expect(added.map(({ type, data }) => [type, data.version])).toEqual([
      ['content.read', 1],
      ['content.read', 2],
    ])
    const commands = await api.testStores
      .superuser('control')
      .query('SELECT FROM production_command WHERE organization = $1', [organization.id])
    expect(commands.rowCount).toBe(0)
  })

  test('is refused where the policy wants approval, as it does unless it says otherwise', async () => {
    for (const rule of ['approval', 'unsaid'] as const) {
      const { organization, target } = await twoActivated(rule)
      const answer = await answerOf(restore(organization, target, 1))
      expect(answer).toMatchObject({ status: 403, code: 'forbidden' })
      expect(answer.detail).toContain('request its promotion')
      expect(await answerOf(restore(organization, target, 1, { dryRun: true }))).toMatchObject({
        status: 403,
      })
      expect(await refusals(organization)).toEqual(['forbidden'])
    }
  })

  test('asks the newest policy, at the moment of the act', async () => {
    const { organization, target } = await twoActivated('fast')
    await setRestore(organization, 'approval')
    expect((await restore(organization, target, 1)).status).toBe(403)
    await setRestore(organization, 'fast')
    expect((await restore(organization, target, 1)).status).toBe(200)
  })

  test('asks the policy and the rights again when it is carried out later', async () => {
    const later = openApi(api.testStores)
    for (const change of ['policy', 'role'] as const) {
      const { organization, target } = await twoActivated()
      const { anna, owner } = organization.people
      const { command } = await later.expectStatus<{ command: string }>(202, `/v1/assets/${target}/restore`, {
        key: anna.keys.production,
        body: { version: 1 },
      })
      const members = `/v1/environments/${organization.environments.production}/members/${anna.id}`
      const viewer = { key: owner.keys.organization, method: 'PUT', body: { role: 'viewer' } }
      if (change === 'policy') await setRestore(organization, 'approval')
      else await api.expectStatus(200, members, viewer)
      const path = `/v1/commands/${command}`
      const outcome = () => api.expectStatus<object>(200, path, { key: anna.keys.production })
      await expect.poll(outcome, { timeout: 20_000 }).toMatchObject({ state: 'refused', code: 'forbidden' })
      expect(await read(anna.keys.production, target)).toMatchObject({ activeVersion: 2 })
    }
  })

  test('refuses what is in use, what is not there, and what was never in use, each on record', async () => {
    const { organization, source, target } = await twoActivated()
    expect(await answerOf(restore(organization, target, 2))).toMatchObject({
      status: 409,
      code: 'illegal-state',
    })
    expect(await answerOf(restore(organization, target, 9))).toMatchObject({ status: 404, code: 'not-found' })
    await changeInStaging(organization, source, 'C')
    await promote(api, organization, [{ id: source }])
    expect(await answerOf(restore(organization, target, 3))).toMatchObject({
      status: 409,
      code: 'illegal-state',
    })
    await foreignHand(api.testStores, organization.id, target).write(['by hand'])
    expect(await answerOf(restore(organization, target, 4))).toMatchObject({ status: 404 })
    expect(await refusals(organization)).toEqual(['illegal-state', 'not-found'])
  })

  test('takes an engineer of production, with a key of it', async () => {
    const { organization, target } = await twoActivated()
    const { ben, requester } = organization.people
    expect(await answerOf(restore(organization, target, 1, { key: ben.keys.production }))).toMatchObject({
      status: 403,
    })
    expect(await answerOf(restore(organization, target, 1, { key: requester.keys.staging }))).toMatchObject({
      status: 404,
    })
  })

  test('waits for an open promotion of the asset', async () => {
    const { organization, source, target } = await twoActivated()
    await changeInStaging(organization, source, 'C')
    const open = await askFor(api, organization, [{ id: source }])
    expect(await answerOf(restore(organization, target, 1))).toMatchObject({
      status: 409,
      code: 'promotion-open',
    })
    expect((await decideAs(api, organization.people.anna, open, 'reject')).status).toBe(201)
    await expect
      .poll(async () => (await restore(organization, target, 1)).status, { timeout: 10_000 })
      .toBe(200)
  })

  test('is no way for local assets, which have no version in use', async () => {
    const organization = await api.newOrganization({ people: fourPeople })
    await setRestore(organization, 'fast')
    const environment: EnvironmentId = organization.environments.production
    const { id } = await api.expectStatus<{ id: AssetId }>(201, `/v1/environments/${environment}/assets`, {
      key: organization.people.anna.keys.production,
      body: { type: 'source', name: 'EHR', content: { serviceRegion: 'AWS_USA_EAST_1' } },
    })
    expect(await answerOf(restore(organization, id, 1))).toMatchObject({ status: 409, code: 'illegal-state' })
  })
})
