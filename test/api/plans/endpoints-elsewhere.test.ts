import { expect, test } from 'vitest'
import { type FourPeople, openDeployment } from '../../support/deployment.ts'
import {
  addType,
  ask,
  bundleOf,
  carry,
  edit,
  newTeam,
  type PlanAnswer,
  preview,
  readPlan,
  type StagedAsset,
  stage,
} from './planning.ts'

const api = await openDeployment()

async function withRoutes(): Promise<FourPeople> {
  const organization = await newTeam(api)
  await addType(api, organization, 'route', { bindings: ['/url'] })
  return organization
}

const boundTo = ({ id }: StagedAsset, value: string) => ({
  bindings: [{ asset: id, pointer: '/url', value }],
  manifest: { endpointsUsed: [value] },
})

/** Where findings of the rule stand. */
const places = ({ findings }: Pick<PlanAnswer, 'findings'>) =>
  findings.flatMap(({ rule, pointer }) => (rule === 'endpoint-of-staging' ? [pointer] : []))

const told = async (organization: FourPeople, staged: StagedAsset, url: string) =>
  places(await preview(api, organization, bundleOf(organization, [staged], boundTo(staged, url))))

test('an endpoint that another asset of staging reaches is told of, until that asset reaches it no more', async () => {
  const organization = await withRoutes()
  const staged = await stage(api, organization, 'route', { url: 'https://ehr.staging.hospital.org/' })
  const other = await stage(api, organization, 'jsonDocument', {
    to: ['https://EHR.hospital.org:443/in/?a=1'],
  })
  expect(await told(organization, staged, 'https://ehr.hospital.org/in')).toEqual(['/url'])
  expect(await told(organization, staged, 'https://ehr.hospital.org/out')).toEqual([])
  await edit(api, organization, other, { to: [] })
  expect(await told(organization, staged, 'https://ehr.hospital.org/in')).toEqual([])
})

test('so is one of development, which the requester sees nothing else of, and people sign it', async () => {
  const organization = await withRoutes()
  const { environments, people } = organization
  const staged = await stage(api, organization, 'route', { url: 'https://ehr.staging.hospital.org/' })
  const url = 'https://hl7.hospital.org/feed'
  const owner = people.owner.keys.organization
  await api.expectStatus(200, `/v1/environments/${environments.development}/members/${people.anna.id}`, {
    key: owner,
    method: 'PUT',
    body: { role: 'engineer' },
  })
  const { secret: key } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
    key: people.anna.keys.organization,
    body: { name: 'Development', environment: environments.development },
  })
  const asset = await api.expectStatus<{ id: string }>(
    201,
    `/v1/environments/${environments.development}/assets`,
    { key, body: { type: 'jsonDocument', name: 'Tried out', content: { to: url } } },
  )
  const body = bundleOf(organization, [staged], boundTo(staged, url))
  const asked = await ask(api, organization, body)
  const plan = await readPlan(api, organization, asked)
  expect(places(plan)).toEqual(['/url'])
  expect(JSON.stringify(plan)).not.toContain(asset.id)
})

test('what production alone reaches is nothing to tell of', async () => {
  const organization = await withRoutes()
  const [one, other] = [
    await stage(api, organization, 'route', { url: 'https://a.staging.hospital.org/' }),
    await stage(api, organization, 'route', { url: 'https://b.staging.hospital.org/' }),
  ]
  const url = 'https://ehr.hospital.org/in'
  await carry(api, organization, bundleOf(organization, [one], boundTo(one, url)))
  expect(await told(organization, other, url)).toEqual([])
})
