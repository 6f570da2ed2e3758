import { describe, expect, test } from 'vitest'
import { withOrganization } from '../../src/db/transaction.ts'
import { identifier } from '../../src/domain/identifiers.ts'
import { appendEntries } from '../../src/services/audit/append-entries.ts'
import type { Page, Problem } from '../services/assets/samples.ts'
import {
  type AssetAnswer,
  createValueSet,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  promote,
} from '../support/deployment.ts'

const deployment = await openDeployment()
const { expectStatus, newOrganization, request } = deployment

interface Version {
  readonly version: number
  readonly author: string
  readonly stagingAuthor: string | null
  readonly promotion: string | null
}

interface Past {
  readonly version: number
  readonly digest: string
  readonly deleted: boolean
  readonly activeVersion: number | null
  readonly live: { version: number; digest: string; promotion: string; since: string; by: string } | null
}

interface Event {
  readonly type: string
  readonly time: string
  readonly origin: string
  readonly asset?: string
  readonly promotion?: string
  readonly actor: { readonly person: string }
}

interface State {
  readonly id: string
  readonly environment: string
  readonly version: number
  readonly activeVersion: number | null
  readonly deleted: boolean
  readonly association?: { readonly asset: string; readonly status: string; readonly promotion: string }
}

/** What the tests read: an asset that was promoted and activated twice, with staging ahead at the end. */
interface Story {
  readonly organization: FourPeople
  readonly source: AssetAnswer
  readonly target: string
  readonly first: PromotionAnswer
  readonly second: PromotionAnswer
  readonly outsider: { readonly staging: string; readonly production: string }
}

let story: Story

async function editAs(organization: FourPeople, who: 'requester' | 'editor', id: string, values: string[]) {
  const key = organization.people[who].keys.staging
  const { version, digest } = await expectStatus<AssetAnswer>(200, `/v1/assets/${id}`, { key })
  await expectStatus(200, `/v1/assets/${id}`, {
    key,
    method: 'PUT',
    body: { content: { values: values.map((value) => ({ value })) } },
    headers: { 'If-Match': `"${version}-${digest}"` },
  })
}

async function goLive(organization: FourPeople, { id }: PromotionAnswer): Promise<void> {
  const key = organization.people.anna.keys.production
  const path = `/v1/promotions/${id}/rollout`
  await expect.poll(async () => (await request(path, { key })).status, { timeout: 20_000 }).toBe(200)
  const seen = await request(path, { key })
  const headers = { 'If-Match': seen.headers.get('ETag') ?? '' }
  const response = await request(`${path}/activate`, { key, method: 'POST', headers })
  expect(response.status).toBeLessThan(300)
  const read = async () => (await expectStatus<{ state: string }>(200, path, { key })).state
  await expect.poll(read, { timeout: 20_000, interval: 50 }).toBe('active')
}

function timeline(key: string | undefined, asset: string, query = '') {
  return expectStatus<Page<Event>>(200, `/v1/assets/${asset}/timeline?limit=100${query}`, { key })
}

// Told inside the first test: polling is only possible there.
async function tell(): Promise<void> {
  const organization = await newOrganization({
    people: { ...fourPeople, audrey: { auditor: true, organization: 'member' }, outsider: {} },
  })
  const source = await createValueSet(deployment, organization)
  await editAs(organization, 'editor', source.id, ['A', 'B', 'C'])
  const first = await promote(deployment, organization, [{ id: source.id }])
  await goLive(organization, first)
  await editAs(organization, 'requester', source.id, ['A', 'B', 'C', 'D'])
  const second = await promote(deployment, organization, [{ id: source.id }])
  await goLive(organization, second)
  await editAs(organization, 'requester', source.id, ['A'])
  const target = first.items[0]?.target?.id ?? ''
  const owner = organization.people.owner.keys
  story = {
    organization,
    source,
    target,
    first,
    second,
    outsider: { staging: owner.staging ?? '', production: owner.production ?? '' },
  }
  const key = organization.people.anna.keys.production
  const status = async () =>
    (await expectStatus<State>(200, `/v1/assets/${target}`, { key })).association?.status
  await expect.poll(status, { timeout: 20_000, interval: 50 }).toBe('out_of_date')
}

test('a landed version names its promotion and who wrote it in staging', { timeout: 180_000 }, async () => {
  await tell()
  const { organization, target, first, second } = story
  const { editor, requester, anna } = organization.people
  const versions = await expectStatus<Page<Version>>(200, `/v1/assets/${target}/versions`, {
    key: anna.keys.production,
  })
  expect(versions.data).toMatchObject([
    { version: 2, promotion: second.id, stagingAuthor: requester.id },
    { version: 1, promotion: first.id, stagingAuthor: editor.id },
  ])
  const one = `/v1/assets/${target}/versions/1`
  expect(await expectStatus<Version>(200, one, { key: anna.keys.production })).toMatchObject({
    promotion: first.id,
    stagingAuthor: editor.id,
  })
  const written = await expectStatus<Version>(200, `/v1/assets/${story.source.id}/versions/2`, {
    key: editor.keys.staging,
  })
  expect(written).toMatchObject({ author: editor.id, stagingAuthor: null, promotion: null })
})

describe('what was live at a moment', () => {
  const at = (moment: string) =>
    expectStatus<Past>(200, `/v1/assets/${story.target}?at=${encodeURIComponent(moment)}`, {
      key: story.organization.people.anna.keys.production,
    })

  test('is told by production’s own log, to the microsecond', async () => {
    const { organization, target, first, second } = story
    const events = (await timeline(organization.people.anna.keys.production, target)).data
    const timeOf = (type: string, promotion: PromotionAnswer) =>
      events.find((event) => event.type === type && event.promotion === promotion.id)?.time ?? ''
    const landed = timeOf('asset.landed', first)
    expect(await at(landed)).toMatchObject({ version: 1, activeVersion: null, live: null, deleted: false })
    const activated = timeOf('asset.activated', first)
    const live = { version: 1, promotion: first.id, since: activated }
    expect(await at(activated)).toMatchObject({ version: 1, activeVersion: 1, live })
    expect(await at(timeOf('asset.landed', second))).toMatchObject({ version: 2, activeVersion: 1, live })
    const again = timeOf('asset.activated', second)
    expect(await at(again)).toMatchObject({
      activeVersion: 2,
      live: { version: 2, promotion: second.id, since: again, digest: second.items[0]?.digest },
    })
    const before = new Date(new Date(landed).getTime() - 1).toISOString()
    const key = organization.people.anna.keys.production
    await expectStatus(404, `/v1/assets/${target}?at=${before}`, { key })
  })

  test('is not told of the future, nor of what is no moment', async () => {
    const key = story.organization.people.anna.keys.production
    for (const moment of ['2999-01-01T00:00:00Z', 'yesterday', '0000-01-01T00:00:00%2B02:00']) {
      const refused = await expectStatus<Problem>(400, `/v1/assets/${story.target}?at=${moment}`, { key })
      expect(refused.code).toBe('invalid-parameter')
    }
  })

  test('is, in staging, the newest version of that time', async () => {
    const { organization, source, first } = story
    const key = organization.people.editor.keys.staging
    const events = (await timeline(key, source.id)).data
    const requested = events.find(
      ({ type, promotion }) => type === 'promotion.requested' && promotion === first.id,
    )
    const path = `/v1/assets/${source.id}?at=${requested?.time}`
    expect(await expectStatus<Past>(200, path, { key })).toMatchObject({ version: 2, live: null })
  })
})

describe('the assets of an environment', () => {
  test('are listed by how their link stands', async () => {
    const { organization, source, target } = story
    const { editor, anna } = organization.people
    const lone = await createValueSet(deployment, organization)
    const listed = async (environment: 'staging' | 'production', status: string) => {
      const key = environment === 'staging' ? editor.keys.staging : anna.keys.production
      const path = `/v1/environments/${organization.environments[environment]}/assets?association=${status}`
      return (await expectStatus<Page<State>>(200, path, { key })).data.map(({ id }) => id)
    }
    expect(await listed('staging', 'out_of_date')).toEqual([source.id])
    expect(await listed('production', 'out_of_date')).toEqual([target])
    expect(await listed('staging', 'none')).toEqual([lone.id])
    expect(await listed('production', 'none')).toEqual([])
    expect(await listed('staging', 'in_sync')).toEqual([])
    expect(await listed('production', 'drifted')).toEqual([])
  })
})

describe('the story of an asset', () => {
  test('is the same from both environments and for auditors, in order, across all logs', async () => {
    const { organization, source, target, first, second } = story
    const { editor, anna } = organization.people
    const ofTarget = (await timeline(anna.keys.production, target)).data
    const types = ofTarget.map(({ type }) => type)
    expect(types.filter((type) => type.startsWith('asset.'))).toEqual([
      'asset.created',
      'asset.version-written',
      'asset.landed',
      'asset.activated',
      'asset.version-written',
      'asset.landed',
      'asset.activated',
      'asset.version-written',
    ])
    expect(new Set(ofTarget.map(({ promotion }) => promotion))).toEqual(
      new Set([undefined, first.id, second.id]),
    )
    expect(types).toContain('promotion.promoted')
    expect(types).toContain('rollout.activated')
    expect(types).not.toContain('content.read')
    expect((await timeline(editor.keys.staging, source.id)).data).toEqual(ofTarget)
    const auditor = (organization.people as FourPeople['people'] & { audrey: FourPeople['people']['anna'] })
      .audrey
    expect((await timeline(auditor.keys.organization, target)).data).toEqual(ofTarget)
  })

  test('is paged without a gap while the logs grow', async () => {
    const { organization, source } = story
    const key = organization.people.editor.keys.staging
    const whole = (await timeline(key, source.id)).data
    const paged: Event[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: Page<Event> = await expectStatus(200, `/v1/assets/${source.id}/timeline?limit=7${query}`, {
        key,
      })
      paged.push(...page.data)
      cursor = page.nextCursor
    }
    expect(paged).toEqual(whole)
  })

  test('is for who has a role in its environment, with a key of it, and for auditors', async () => {
    const { organization, source, target, outsider } = story
    const { editor, anna } = organization.people
    for (const [key, asset] of [
      [editor.keys.staging, target],
      [anna.keys.production, source.id],
      [outsider.staging, crypto.randomUUID()],
    ] as const) {
      await expectStatus(404, `/v1/assets/${asset}/timeline`, { key })
    }
    await expectStatus(404, `/v1/assets/${target}/timeline`, { key: anna.keys.organization })
  })
})

describe('the assets of the organization', () => {
  const states = (query = '', key?: string) =>
    expectStatus<Page<State> & { at: string }>(
      200,
      `/v1/organizations/${story.organization.id}/assets?${query}`,
      { key: key ?? story.organization.people.owner.keys.organization },
    )

  test('are told across environments as they stand, without content', async () => {
    const { organization, source, target, second } = story
    const { data } = await states()
    const association = { status: 'out_of_date', promotion: second.id }
    const ofSource = data.find(({ id }) => id === source.id)
    expect(ofSource).toMatchObject({
      environment: organization.environments.staging,
      version: 4,
      activeVersion: null,
      deleted: false,
      association: { asset: target, environment: organization.environments.production, ...association },
    })
    expect(data.find(({ id }) => id === target)).toMatchObject({
      environment: organization.environments.production,
      version: 2,
      activeVersion: 2,
      association: { asset: source.id, environment: organization.environments.staging, ...association },
    })
    const filtered = await states(`environment=${organization.environments.production}&type=valueSet`)
    expect(filtered.data.map(({ id }) => id)).toEqual([target])
    expect((await states('type=filter')).data).toEqual([])
  })

  test('are told as they stood at any moment', async () => {
    const { organization, source, target, first } = story
    const events = (await timeline(organization.people.anna.keys.production, target)).data
    const timeOf = (type: string) =>
      events.find((event) => event.type === type && event.promotion === first.id)?.time ?? ''
    const requested = await states(`at=${timeOf('promotion.requested')}`)
    expect(requested.data.find(({ id }) => id === source.id)).toMatchObject({ version: 2 })
    expect(requested.data.find(({ id }) => id === source.id)).not.toHaveProperty('association')
    expect(requested.data.find(({ id }) => id === target)).toBeUndefined()
    const promoted = await states(`at=${timeOf('promotion.promoted')}`)
    const association = { status: 'in_sync', promotion: first.id }
    expect(promoted.data.find(({ id }) => id === source.id)).toMatchObject({ version: 2, association })
    expect(promoted.data.find(({ id }) => id === target)).toMatchObject({
      version: 1,
      activeVersion: null,
      association,
    })
    const refused = await request(`/v1/organizations/${organization.id}/assets?at=2999-01-01T00:00:00Z`, {
      key: organization.people.owner.keys.organization,
    })
    expect(refused.status).toBe(400)
  })

  test('are paged at one moment, whatever is created meanwhile', async () => {
    const { organization } = story
    const whole = await states()
    const paged: State[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: Page<State> & { at: string } = await states(`limit=1&at=${whole.at}${query}`)
      expect(page.at).toBe(whole.at)
      paged.push(...page.data)
      cursor = page.nextCursor
      await createValueSet(deployment, organization)
    }
    expect(paged).toEqual(whole.data)
  })

  test('are for auditors and owners alone', async () => {
    const { organization } = story
    const path = `/v1/organizations/${organization.id}/assets`
    const { anna, audrey } = organization.people as FourPeople['people'] & {
      audrey: FourPeople['people']['anna']
    }
    expect((await states('', audrey.keys.organization)).data.length).toBeGreaterThan(0)
    await expectStatus(403, path, { key: anna.keys.organization })
    await expectStatus(403, path, { key: anna.keys.production })
    await expectStatus(404, `/v1/organizations/${crypto.randomUUID()}/assets`, {
      key: audrey.keys.organization,
    })
  })
})

test('a drift that was found is told from then on, and not of the time before', async () => {
  const { organization, target } = story
  const { id, environments, people } = organization
  const path = `/v1/organizations/${id}/assets?environment=${environments.production}`
  const key = people.owner.keys.organization
  const stateOf = async (query = '') => {
    const page = await expectStatus<Page<State> & { at: string }>(200, `${path}${query}`, { key })
    const { association } = page.data.find((one) => one.id === target) ?? {}
    return { at: page.at, status: association?.status }
  }
  const before = await stateOf()
  await withOrganization(deployment.stores.control, id, (transaction) =>
    appendEntries(transaction, [
      {
        type: 'asset.drifted',
        subject: `asset/${target}`,
        actor: { via: 'drift-sweep' },
        environment: environments.production,
        asset: identifier(target),
      },
    ]),
  )
  expect((await stateOf()).status).toBe('drifted')
  expect(await stateOf(`&at=${before.at}`)).toEqual({ at: before.at, status: 'out_of_date' })
})
