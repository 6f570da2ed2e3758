import { expect, test } from 'vitest'
import { destination, source } from '../../services/assets/samples.ts'
import { type AssetAnswer, type FourPeople, openDeployment } from '../../support/deployment.ts'
import {
  addType,
  ask,
  bundleOf,
  carry,
  edit,
  inShort,
  landedContent,
  newTeam,
  preview,
  readPlan,
  type StagedAsset,
  stage,
  targetOf,
} from './planning.ts'

const api = await openDeployment()

const part = {
  references: [
    { pointer: '/needs/*', types: ['part'], required: true },
    { pointer: '/likes/*', types: ['part'], required: false },
  ],
}

async function withParts(): Promise<FourPeople> {
  const organization = await newTeam(api)
  await addType(api, organization, 'part', part)
  return organization
}

type Content = {
  readonly needs?: readonly string[]
  readonly likes?: readonly string[]
  readonly size?: number
}

function newPart(organization: FourPeople, name: string, content: Content = {}): Promise<StagedAsset> {
  return stage(api, organization, 'part', content, name)
}

test('everything required that production lacks is offered, however far away, and what is optional is listed', async () => {
  const organization = await withParts()
  const deepest = await newPart(organization, 'deepest')
  const middle = await newPart(organization, 'middle', { needs: [deepest.id] })
  const aside = await newPart(organization, 'aside', { needs: [] })
  const optional = await newPart(organization, 'optional', { needs: [aside.id] })
  const top = await newPart(organization, 'top', { needs: [middle.id], likes: [optional.id] })
  const told = await preview(api, organization, bundleOf(organization, [top]))
  expect(told.offers.map(({ name, required, version }) => ({ name, required, version }))).toEqual([
    { name: 'middle', required: true, version: 1 },
    { name: 'optional', required: false, version: 1 },
    { name: 'deepest', required: true, version: 1 },
    { name: 'aside', required: false, version: 1 },
  ])
  expect(inShort(told)).toEqual([
    'blocker reference-unresolved /needs/0',
    'warning reference-dropped /likes/0',
  ])
  expect(told.dependencies).toEqual([
    {
      asset: top.id,
      pointer: '/likes/0',
      on: optional.id,
      required: false,
      resolution: 'missing',
      target: null,
    },
    {
      asset: top.id,
      pointer: '/needs/0',
      on: middle.id,
      required: true,
      resolution: 'missing',
      target: null,
    },
  ])

  const whole = await preview(api, organization, bundleOf(organization, [top, middle, deepest]))
  expect(inShort(whole)).toEqual(['warning reference-dropped /likes/0'])
  expect(whole.offers.map(({ name }) => name)).toEqual(['optional', 'aside'])
})

test('a diamond is offered once, as required where any way to it is', async () => {
  const organization = await withParts()
  const bottom = await newPart(organization, 'bottom')
  const left = await newPart(organization, 'left', { likes: [bottom.id] })
  const right = await newPart(organization, 'right', { needs: [bottom.id] })
  const top = await newPart(organization, 'top', { needs: [left.id, right.id] })
  const { offers } = await preview(api, organization, bundleOf(organization, [top]))
  expect(offers.map(({ name, required }) => `${name} ${required}`).sort()).toEqual([
    'bottom true',
    'left true',
    'right true',
  ])
})

test('what is optional nearby is required where a longer way needs it', async () => {
  const organization = await withParts()
  const last = await newPart(organization, 'last')
  const shared = await newPart(organization, 'shared', { needs: [last.id] })
  const middle = await newPart(organization, 'middle', { needs: [shared.id] })
  const top = await newPart(organization, 'top', { needs: [middle.id], likes: [shared.id] })
  const { offers } = await preview(api, organization, bundleOf(organization, [top]))
  expect(offers.map(({ name, required }) => `${name} ${required}`).sort()).toEqual([
    'last true',
    'middle true',
    'shared true',
  ])
})

test('references inside a bundle become the ids that the plan reserved, whatever the order they were asked in', async () => {
  const organization = await withParts()
  const bottom = await newPart(organization, 'bottom')
  const middle = await newPart(organization, 'middle', { needs: [bottom.id] })
  const top = await newPart(organization, 'top', { needs: [middle.id], likes: [bottom.id] })
  const asked = await ask(api, organization, bundleOf(organization, [top, middle, bottom]))
  const plan = await readPlan(api, organization, asked)
  const reserved = (asset: StagedAsset) => plan.items.find(({ source }) => source.id === asset.id)?.target.id
  expect(plan.items.map(({ name }) => name)).toEqual(['bottom', 'middle', 'top'])
  expect(plan.items.map(({ content }) => content)).toEqual([
    {},
    { needs: [reserved(bottom)] },
    { needs: [reserved(middle)], likes: [reserved(bottom)] },
  ])
  expect(plan.dependencies.map(({ resolution, target }) => [resolution, target])).toEqual(
    expect.arrayContaining([
      ['bundle', reserved(middle)],
      ['bundle', reserved(bottom)],
    ]),
  )
  await api.expectStatus(200, `/v1/promotions/${asked.id}/withdraw`, {
    key: organization.people.requester.keys.staging,
    body: { reason: 'Once more, for real' },
  })
  const promoted = await carry(api, organization, bundleOf(organization, [top, middle, bottom]))
  expect(await landedContent(api, organization, targetOf(promoted, top))).toEqual({
    needs: [targetOf(promoted, middle)],
    likes: [targetOf(promoted, bottom)],
  })
})

test('what was promoted before resolves through its association and need not join again', async () => {
  const organization = await withParts()
  const bottom = await newPart(organization, 'bottom')
  const first = await carry(api, organization, bundleOf(organization, [bottom]))
  const top = await newPart(organization, 'top', { needs: [bottom.id] })
  const told = await preview(api, organization, bundleOf(organization, [top]))
  expect(told.offers).toEqual([])
  expect(inShort(told)).toEqual([])
  const dependency = { on: bottom.id, resolution: 'associated', target: targetOf(first, bottom) }
  expect(told.dependencies).toMatchObject([dependency])
  const asked = await ask(api, organization, bundleOf(organization, [top]))
  expect((await readPlan(api, organization, asked)).items).toMatchObject([
    { content: { needs: [targetOf(first, bottom)] } },
  ])
})

test('an offer is followed no further than to what production has', async () => {
  const organization = await withParts()
  const far = await newPart(organization, 'far')
  await carry(api, organization, bundleOf(organization, [far]))
  const near = await newPart(organization, 'near', { needs: [far.id] })
  const top = await newPart(organization, 'top', { needs: [near.id] })
  const { offers } = await preview(api, organization, bundleOf(organization, [top]))
  expect(offers.map(({ name }) => name)).toEqual(['near'])
})

test('an asset that never travels is bound to one of production, of a type that may stand there', async () => {
  const organization = await newTeam(api)
  const { people, environments } = organization
  await addType(api, organization, 'route', {
    references: [{ pointer: '/to', types: ['source'], required: true }],
  })
  const clinic = await stage(api, organization, 'source', source.content)
  const route = await stage(api, organization, 'route', { to: clinic.id })
  const inProduction = (body: object) =>
    api.expectStatus<AssetAnswer>(201, `/v1/environments/${environments.production}/assets`, {
      key: people.anna.keys.production,
      body,
    })
  const own = await inProduction(source)
  const wrong = await inProduction(destination)
  const bound = (to: string) => bundleOf(organization, [route], { bindings: [{ from: clinic.id, to }] })
  const unbound = await preview(api, organization, bundleOf(organization, [route]))
  expect(inShort(unbound)).toEqual(['blocker reference-unresolved /to'])
  expect(unbound.offers).toEqual([])
  expect(inShort(await preview(api, organization, bound(wrong.id)))).toEqual([
    'blocker binding-target-type /to',
  ])
  expect(inShort(await preview(api, organization, bound(clinic.id)))).toEqual([
    'blocker binding-target-missing /to',
  ])
  const told = await preview(api, organization, bound(own.id))
  expect([inShort(told), told.dependencies[0]?.resolution]).toEqual([[], 'bound'])
  const asked = await ask(api, organization, bound(own.id))
  expect((await readPlan(api, organization, asked)).items).toMatchObject([{ content: { to: own.id } }])
})

test('versions that refer to each other only as they are pinned are refused a circle, member by member', async () => {
  const organization = await withParts()
  const one = await newPart(organization, 'one')
  const other = await newPart(organization, 'other', { needs: [one.id] })
  await edit(api, organization, other, {})
  await edit(api, organization, one, { needs: [other.id] })
  const body = {
    ...bundleOf(organization, []),
    promotingAssets: [
      { id: one.id, type: 'part', version: 2 },
      { id: other.id, type: 'part', version: 1 },
    ],
  }
  const told = await preview(api, organization, body)
  expect(inShort(told)).toEqual(['blocker reference-cycle', 'blocker reference-cycle'])
  expect(told.findings.map(({ asset }) => asset).sort()).toEqual([one.id, other.id].sort())
})
