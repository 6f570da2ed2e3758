import { expect, test } from 'vitest'
import { initialPolicy } from '../../src/domain/policy/policy.ts'
import { canonicalBytes, digestOf } from '../../src/trust/canonical.ts'
import { destination, source } from '../services/assets/samples.ts'
import {
  type AssetAnswer,
  askFor,
  createValueSet,
  decideAs,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  promote,
  promotionOf,
  reachState,
} from '../support/deployment.ts'

const api = await openDeployment()
const { request, expectStatus, newOrganization } = api

async function problemOf(response: Response): Promise<{ status: number; code: string; detail: string }> {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  return (await response.json()) as { status: number; code: string; detail: string }
}

test('what two people approved lands as a fresh copy with the approved digest, inactive until activated', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const { anna } = organization.people
  const staged = await createValueSet(api, organization)
  const promoted = await promote(api, organization, [staged])
  const [item] = promoted.items
  expect(item).toMatchObject({ action: 'created', outcome: 'landed', target: { version: 1 } })
  expect(item?.target?.id).not.toBe(staged.id)

  const read = () =>
    expectStatus<AssetAnswer>(200, `/v1/assets/${item?.target?.id}`, { key: anna.keys.production })
  expect(await read()).toMatchObject({ version: 1, digest: item?.digest, activeVersion: null })
  const version = await expectStatus<{ content: never; digest: string }>(
    200,
    `/v1/assets/${item?.target?.id}/versions/1`,
    { key: anna.keys.production },
  )
  expect(digestOf(canonicalBytes(version.content))).toBe(item?.digest)

  await expectStatus(200, `/v1/promotions/${promoted.id}/rollout/activate`, {
    key: anna.keys.production,
    method: 'POST',
    headers: { 'If-Match': '"pending_activation"' },
  })
  await expect.poll(async () => (await read()).activeVersion).toBe(1)
  const activation = async () => {
    const { data } = await expectStatus<{ data: { actor: { person: string } }[] }>(
      200,
      `/v1/audit/events?promotion=${promoted.id}&type=asset.activated`,
      { key: organization.people.owner.keys.organization },
    )
    return data.map(({ actor }) => actor.person)
  }
  await expect.poll(activation).toEqual([anna.id])
})

test('a second promotion of an edited asset writes version 2 of the same production asset', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const { requester, anna } = organization.people
  const staged = await createValueSet(api, organization)
  const first = await promote(api, organization, [staged])
  const target = first.items[0]?.target?.id
  await expectStatus(200, `/v1/assets/${staged.id}`, {
    key: requester.keys.staging,
    method: 'PUT',
    body: { content: { values: [{ value: 'C' }] } },
    headers: { 'If-Match': `"${staged.version}-${staged.digest}"` },
  })
  const unmoved = await expectStatus<AssetAnswer>(200, `/v1/assets/${target}`, { key: anna.keys.production })
  expect(unmoved).toMatchObject({ version: 1, digest: first.items[0]?.digest })
  const second = await promote(api, organization, [{ id: staged.id }])
  expect(second.items[0]).toMatchObject({ action: 'updated', target: { id: target, version: 2 } })
})

test('who requested may not decide, nor who edited, whatever groups and roles they hold', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const { requester, editor } = organization.people
  const staged = await createValueSet(api, organization)
  await expectStatus(200, `/v1/assets/${staged.id}`, {
    key: editor.keys.staging,
    method: 'PUT',
    body: { content: { values: [{ value: 'Z' }] } },
    headers: { 'If-Match': `"${staged.version}-${staged.digest}"` },
  })
  const asked = await askFor(api, organization, [{ id: staged.id }])
  for (const person of [requester, editor]) {
    const refused = await decideAs(api, person, asked)
    expect(refused.status).toBe(403)
    expect((await problemOf(refused)).code).toBe('contributor-may-not-decide')
  }
  const after = await reachState(api, organization, asked, 'awaiting_approval')
  expect(after.decisions).toEqual([])
})

test('a rejection ends a promotion and frees its assets', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const staged = await createValueSet(api, organization)
  const asked = await askFor(api, organization, [staged])
  expect((await decideAs(api, organization.people.anna, asked, 'reject')).status).toBe(201)
  await reachState(api, organization, asked, 'rejected')
  const late = await decideAs(api, organization.people.ben, asked)
  expect((await problemOf(late)).code).toBe('illegal-state')
  expect((await askFor(api, organization, [staged])).state).toBe('awaiting_approval')
})

test('a rejection without a reason is asked for one', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  const refused = await request(`/v1/promotions/${asked.id}/decisions`, {
    key: organization.people.anna.keys.production,
    body: { verdict: 'reject', comment: '' },
    headers: { 'If-Match': `"${asked.planDigest}"` },
  })
  expect((await problemOf(refused)).code).toBe('comment-required')
})

test('the requester takes a promotion back, once, and gets the same answer again', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  const withdraw = () =>
    request(`/v1/promotions/${asked.id}/withdraw`, {
      key: organization.people.requester.keys.staging,
      body: { reason: 'Needs another look' },
      idempotencyKey: 'take-it-back',
    })
  const first = await withdraw()
  expect([first.status, ((await first.json()) as PromotionAnswer).state]).toEqual([200, 'withdrawn'])
  const again = await withdraw()
  expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([200, 'true'])
})

test('what nobody decides in time expires', async () => {
  const [rule] = initialPolicy.rules
  const policy = { rules: [{ ...rule, expiresAfter: 'PT1S' }] } as typeof initialPolicy
  const organization = await newOrganization({ people: fourPeople, policy })
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  await reachState(api, organization, asked, 'expired')
})

test('a decision names the plan it is about, and an older one does not count', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  const path = `/v1/promotions/${asked.id}/decisions`
  const { production: key } = organization.people.anna.keys
  const body = { verdict: 'approve', comment: '' }
  expect((await problemOf(await request(path, { key, body }))).code).toBe('precondition-required')
  const stale = await request(path, { key, body, headers: { 'If-Match': `"${'0'.repeat(64)}"` } })
  expect(await problemOf(stale)).toMatchObject({ status: 412, code: 'precondition-failed' })
})

test('a reference that leads nowhere in production blocks the plan, by rule and pointer and never by value', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const { requester, anna } = organization.people
  const assets = `/v1/environments/${organization.environments.staging}/assets`
  const create = (body: unknown) =>
    expectStatus<AssetAnswer>(201, assets, { key: requester.keys.staging, body })
  const { id: sourceId } = await create(source)
  const { id: destinationId } = await create(destination)
  const filter = await create({
    type: 'filter',
    name: 'Cardiology only',
    content: {
      action: 'send',
      rules: [{ path: '$.Visit.Location.Department', values: ['CARD'], allowList: true }],
      links: [{ source: { id: sourceId }, destination: { id: destinationId }, dataModel: 'Scheduling' }],
    },
  })
  const asked = await expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key: requester.keys.staging,
    body: promotionOf(organization, [filter], 'filter'),
    headers: { Prefer: 'wait=20' },
  })
  expect(asked.state).toBe('changes_requested')
  const plan = await expectStatus<{ findings: { rule: string; pointer: string; message: string }[] }>(
    200,
    `/v1/promotions/${asked.id}/plan`,
    { key: anna.keys.production },
  )
  expect(plan.findings.map(({ rule, pointer }) => [rule, pointer])).toContainEqual([
    'reference-unresolved',
    '/links/0/source/id',
  ])
  expect(JSON.stringify(plan.findings)).not.toContain(sourceId)
})

test('production’s values are shown to who has a role there; the requester without one sees pointers', async () => {
  const organization = await newOrganization({
    people: { ...fourPeople, requester: { staging: 'engineer' } },
  })
  const asked = await askFor(api, organization as never, [await createValueSet(api, organization as never)])
  const read = (key: string | undefined) =>
    expectStatus<{ items: { content?: unknown; diff: object[] }[] }>(200, `/v1/promotions/${asked.id}/plan`, {
      key,
    })
  const shown = await read(organization.people.anna.keys.production)
  const hidden = await read(organization.people.requester.keys.staging)
  expect(shown.items[0]?.content).toEqual({ values: [{ value: 'A' }, { value: 'B' }] })
  expect(hidden.items[0]).not.toHaveProperty('content')
  expect(hidden.items[0]?.diff).toEqual([{ pointer: expect.any(String), op: 'add' }])
})

/** As somebody with the rights of a superuser would change production past every rule. */
async function moveTarget(target: string | undefined): Promise<void> {
  const production = api.testStores.superuser('production')
  await production.query(
    `insert into asset_version (organization, asset, version, digest, name, author, entry)
       select organization, asset, version + 1, digest, name, author, gen_random_uuid() from asset_version
       where asset = $1 order by version desc limit 1`,
    [target],
  )
  await production.query('update asset set version = version + 1 where id = $1', [target])
}

/** The next version of a value set in staging. */
async function changeValueSet(organization: FourPeople, id: string): Promise<void> {
  const key = organization.people.requester.keys.staging
  const current = await request(`/v1/assets/${id}`, { key })
  await expectStatus(200, `/v1/assets/${id}`, {
    key,
    method: 'PUT',
    body: { content: { values: [{ value: 'A' }, { value: crypto.randomUUID() }] } },
    headers: { 'If-Match': current.headers.get('ETag') ?? '' },
  })
}

test('who would approve a plan that production has moved away from is told so, and nothing is decided', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const staged = await createValueSet(api, organization)
  const first = await promote(api, organization, [staged])
  await changeValueSet(organization, staged.id)
  const asked = await askFor(api, organization, [{ id: staged.id }])
  expect((await decideAs(api, organization.people.anna, asked)).status).toBe(201)
  await moveTarget(first.items[0]?.target?.id)

  const refused = await decideAs(api, organization.people.ben, asked)
  expect(await problemOf(refused)).toMatchObject({ status: 409, code: 'target-moved' })
  const plan = await expectStatus<{ items: { moved: boolean }[] }>(200, `/v1/promotions/${asked.id}/plan`, {
    key: organization.people.ben.keys.production,
  })
  expect(plan.items.map(({ moved }) => moved)).toEqual([true])
  expect((await decideAs(api, organization.people.ben, asked, 'request-changes')).status).toBe(201)
})

test('production that moved after the approval is not overwritten: nothing lands, and it goes back for review', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const staged = await createValueSet(api, organization)
  const first = await promote(api, organization, [staged])
  await changeValueSet(organization, staged.id)
  const body = { ...promotionOf(organization, [{ id: staged.id }]), notBefore: '2999-01-01T00:00:00Z' }
  const asked = await expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key: organization.people.requester.keys.staging,
    body,
    headers: { Prefer: 'wait=20' },
  })
  for (const person of [organization.people.anna, organization.people.ben]) {
    expect((await decideAs(api, person, asked)).status).toBe(201)
  }
  await reachState(api, organization, asked, 'scheduled')
  await moveTarget(first.items[0]?.target?.id)
  await expectStatus(200, `/v1/promotions/${asked.id}/schedule`, {
    key: organization.people.anna.keys.production,
    body: { notBefore: null },
  })
  const returned = await reachState(api, organization, asked, 'changes_requested')
  expect(returned).toMatchObject({ failure: 'target-moved', items: [{ outcome: 'pending' }] })
})

test('every refused request changes nothing and says why', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const stranger = await newOrganization({ people: fourPeople })
  const { requester } = organization.people
  const { staging, production, development } = organization.environments
  const staged = await createValueSet(api, organization)
  const foreign = await createValueSet(api, stranger)
  const body = promotionOf(organization, [staged])
  const cases = [
    [{ ...body, toEnvironment: { id: staging } }, 422, 'wrong-direction'],
    [{ ...body, toEnvironment: { id: development } }, 404, 'not-found'],
    [
      { ...body, fromEnvironment: { id: production }, toEnvironment: { id: staging } },
      422,
      'wrong-direction',
    ],
    [{ ...body, toEnvironment: { id: stranger.environments.production } }, 404, 'not-found'],
    [promotionOf(organization, [foreign]), 404, 'not-found'],
    [promotionOf(organization, [{ ...staged, version: 9 }]), 404, 'not-found'],
    [promotionOf(organization, [staged, staged]), 422, 'invalid-body'],
    [promotionOf(organization, [staged], 'source'), 422, 'not-promotable'],
    [{ ...body, approved: true }, 422, 'unknown-property'],
    [{ ...body, reason: '' }, 422, 'invalid-body'],
  ] as const
  for (const [refused, status, code] of cases) {
    const response = await request('/v1/promotions', { key: requester.keys.staging, body: refused })
    expect(await problemOf(response)).toMatchObject({ status, code })
  }
  const wrongKey = await request('/v1/promotions', { key: requester.keys.production, body })
  expect((await problemOf(wrongKey)).status).toBe(403)
  const list = await expectStatus<{ data: object[] }>(200, '/v1/promotions', { key: requester.keys.staging })
  expect(list.data).toEqual([])
})

test('promotions are listed newest first, page by page, and only to who has a role where they lead', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const stranger = await newOrganization({ people: fourPeople })
  const asked: string[] = []
  for (let count = 0; count < 3; count += 1) {
    asked.unshift((await askFor(api, organization, [await createValueSet(api, organization)])).id)
  }
  const { staging: key } = organization.people.requester.keys
  const first = await expectStatus<{ data: PromotionAnswer[]; nextCursor: string }>(
    200,
    '/v1/promotions?limit=2&state=awaiting_approval',
    { key },
  )
  const second = await expectStatus<{ data: PromotionAnswer[]; nextCursor: string | null }>(
    200,
    `/v1/promotions?limit=2&state=awaiting_approval&cursor=${first.nextCursor}`,
    { key },
  )
  expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(asked)
  expect(second.nextCursor).toBeNull()
  const foreign = await request(`/v1/promotions/${asked[0]}`, { key: stranger.people.anna.keys.production })
  expect(foreign.status).toBe(404)
})

test('a refused decision is one entry of the log, whoever refused it', async () => {
  const organization = await newOrganization({ people: { ...fourPeople, carl: { production: 'viewer' } } })
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  const outsider = await decideAs(api, organization.people.carl, asked)
  expect(await problemOf(outsider)).toMatchObject({ status: 403, code: 'not-eligible' })
  const contributor = await decideAs(api, organization.people.requester, asked)
  expect((await problemOf(contributor)).code).toBe('contributor-may-not-decide')
  const { data } = await expectStatus<{ data: { type: string; details: { code: string } }[] }>(
    200,
    `/v1/audit/events?promotion=${asked.id}&outcome=refused`,
    { key: organization.people.owner.keys.organization },
  )
  expect(data.map(({ type, details }) => [type, details.code]).sort()).toEqual([
    ['access.denied', 'contributor-may-not-decide'],
    ['command.refused', 'not-eligible'],
  ])
})

test('a service account sees no promotion by its owner’s rights', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  const { owner } = organization.people
  const account = await expectStatus<{ id: string }>(201, `/v1/organizations/${organization.id}/people`, {
    key: owner.keys.organization,
    body: { kind: 'service', name: 'release pipeline', owner: owner.id },
  })
  const key = await expectStatus<{ secret: string }>(201, '/v1/api-keys', {
    key: owner.keys.organization,
    body: { name: 'pipeline', organization: organization.id, account: account.id },
  })
  expect((await request(`/v1/promotions/${asked.id}`, { key: key.secret })).status).toBe(404)
  expect((await request(`/v1/promotions/${asked.id}`, { key: owner.keys.organization })).status).toBe(200)
})
