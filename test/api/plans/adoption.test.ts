import { expect, test } from 'vitest'
import type { AssetId } from '../../../src/domain/identifiers.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import { type FourPeople, openDeployment } from '../../support/deployment.ts'
import {
  ask,
  bundleOf,
  carry,
  edit,
  inShort,
  landedContent,
  newTeam,
  preview,
  readPlan,
  refusalOf,
  type StagedAsset,
  stage,
  targetOf,
} from './planning.ts'

const api = await openDeployment()

/** An asset that stands in production as a platform had it before anything was promoted: no log knows of it. */
async function standing(
  { id: organization, environments, people }: FourPeople,
  type: string,
  content: JsonObject,
): Promise<AssetId> {
  const production = api.testStores.superuser('production')
  const bytes = canonicalBytes(content)
  const digest = Buffer.from(digestOf(bytes), 'hex')
  await production.query('INSERT INTO content VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    organization,
    digest,
    bytes,
  ])
  const { rows } = await production.query<{ id: AssetId }>(
    `INSERT INTO asset (organization, id, environment, type, name, version, created_by, updated_by)
     VALUES ($1, uuidv7(), $2, $3, 'As it was', 1, $4, $4) RETURNING id`,
    [organization, environments.production, type, people.anna.id],
  )
  const [made] = rows
  if (made === undefined) throw new Error('nothing was made')
  await production.query(
    `INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
     VALUES ($1, $2, 1, $3, 'As it was', $4, gen_random_uuid())`,
    [organization, made.id, digest, people.anna.id],
  )
  return made.id
}

const codes = (...values: readonly string[]) => ({ values: values.map((value) => ({ value })) })
const adopting = (...pairs: readonly (readonly [StagedAsset, AssetId])[]) => ({
  adopt: pairs.map(([{ id }, target]) => ({ id, target })),
})

test('an asset takes over one of production that no promotion made, and approvers sign that it does', async () => {
  const organization = await newTeam(api)
  const target = await standing(organization, 'valueSet', codes('OLD'))
  const staged = await stage(api, organization, 'valueSet', codes('NEW'))
  const body = bundleOf(organization, [staged], adopting([staged, target]))
  const asked = await ask(api, organization, body)
  const plan = await readPlan(api, organization, asked)
  expect(inShort(plan)).toEqual(['warning target-adopted'])
  expect(plan).toMatchObject({
    risk: 'high',
    items: [{ action: 'update', adopted: true, target: { id: target, baselineVersion: 1 } }],
  })
  expect(plan.items[0]?.diff).toEqual([{ pointer: '/values/0/value', op: 'replace', from: 'OLD', to: 'NEW' }])
  const without = await preview(api, organization, bundleOf(organization, [staged]))
  expect(without.items).toMatchObject([{ action: 'create', adopted: false }])
})

test('what was adopted is the partner from then on, and the next promotion needs no adoption', async () => {
  const organization = await newTeam(api)
  const target = await standing(organization, 'valueSet', codes('OLD'))
  const staged = await stage(api, organization, 'valueSet', codes('NEW'))
  const first = await carry(api, organization, bundleOf(organization, [staged], adopting([staged, target])))
  expect(targetOf(first, staged)).toBe(target)
  expect(await landedContent(api, organization, target, 2)).toEqual(codes('NEW'))
  await edit(api, organization, staged, codes('NEWER'))
  const told = await preview(api, organization, bundleOf(organization, [staged]))
  expect(inShort(told)).toEqual([])
  expect(told.items).toMatchObject([{ adopted: false, target: { id: target, baselineVersion: 2 } }])
  const again = await preview(api, organization, bundleOf(organization, [staged], adopting([staged, target])))
  expect(inShort(again)).toEqual(['blocker adoption-refused'])
})

test('an adoption is refused where the asset is missing, of another type, or taken', async () => {
  const organization = await newTeam(api)
  const foreign = await newTeam(api)
  const staged = await stage(api, organization, 'valueSet', codes('A'))
  const second = await stage(api, organization, 'valueSet', codes('B'))
  const document = await standing(organization, 'jsonDocument', { a: 1 })
  const free = await standing(organization, 'valueSet', codes('Z'))
  const elsewhere = await standing(foreign, 'valueSet', codes('Z'))
  const partner = await stage(api, organization, 'valueSet', codes('P'))
  const taken = targetOf(await carry(api, organization, bundleOf(organization, [partner])), partner)
  const messages = async (...pairs: readonly (readonly [StagedAsset, AssetId])[]) => {
    const assets = [...new Set(pairs.map(([asset]) => asset))]
    const { findings, items } = await preview(
      api,
      organization,
      bundleOf(organization, assets, adopting(...pairs)),
    )
    expect(items.every(({ adopted }) => !adopted)).toBe(true)
    return findings.filter(({ rule }) => rule === 'adoption-refused').map(({ message }) => message)
  }
  const missing = expect.stringContaining('is not in the destination')
  const partnered = expect.stringContaining('has a partner already')
  expect(await messages([staged, staged.id])).toEqual([missing])
  expect(await messages([staged, elsewhere])).toEqual([missing])
  expect(await messages([staged, document])).toEqual([expect.stringContaining('of another type')])
  expect(await messages([staged, taken])).toEqual([partnered])
  expect(await messages([staged, free], [second, free])).toEqual([partnered, partnered])
  const stranger = bundleOf(organization, [staged], adopting([second, free]))
  const refused = await api.request('/v1/promotions?dryRun=true', {
    key: organization.people.requester.keys.staging,
    body: stranger,
  })
  expect(await refusalOf(refused)).toMatchObject({ status: 422, errors: [{ pointer: '/adopt/0/id' }] })
})
