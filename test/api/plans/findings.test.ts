import { expect, test } from 'vitest'
import { type FourPeople, openDeployment } from '../../support/deployment.ts'
import { publishAllKeys } from '../../support/sealing.ts'
import { addType, bundleOf, carry, edit, inShort, newTeam, preview, stage, targetOf } from './planning.ts'

const api = await openDeployment()

/** Findings about a document of its own, without what is said of its manifest. */
async function found(organization: FourPeople, content: object): Promise<readonly string[]> {
  const staged = await stage(api, organization, 'jsonDocument', content as never)
  const told = await preview(api, organization, bundleOf(organization, [staged]))
  return inShort(told).filter((line) => !line.includes(' manifest-'))
}

test('rendered content has to fit its type, whatever staging’s own was', async () => {
  const organization = await newTeam(api)
  const content = {
    url: 'https://hooks.northlake.health/',
    eventTypes: ['appointment.created'],
    enabled: false,
  }
  const staged = await stage(api, organization, 'webhookSubscription', content)
  const bound = (value: unknown) =>
    bundleOf(organization, [staged], { bindings: [{ asset: staged.id, pointer: '/url', value }] })
  const misfit = await preview(api, organization, bound({ host: 'hooks' }))
  expect(inShort(misfit)).toContain('blocker schema /url')
  expect(misfit.findings.find(({ rule }) => rule === 'schema')?.message).not.toContain('hooks')
  expect(inShort(await preview(api, organization, bound('https://in.northlake.health/')))).not.toContain(
    'blocker schema /url',
  )
})

test('rendered content has to keep the rules of its type that no schema can say', async () => {
  const organization = await newTeam(api)
  await addType(api, organization, 'roster', {
    bindings: ['/desks/*/number'],
    checks: [{ check: 'distinct', each: '/desks/*', members: ['/number'] }],
  })
  const staged = await stage(api, organization, 'roster', { desks: [{ number: 1 }, { number: 2 }] })
  const numbers = (...values: readonly number[]) => ({
    bindings: values.map((value, place) => ({ asset: staged.id, pointer: `/desks/${place}/number`, value })),
  })
  const same = await preview(api, organization, bundleOf(organization, [staged], numbers(7, 7)))
  expect(inShort(same)).toEqual(['blocker structure /desks/1'])
  const different = await preview(api, organization, bundleOf(organization, [staged], numbers(7, 8)))
  expect(inShort(different)).toEqual([])
})

test('what never changes once it is in production keeps its value there', async () => {
  const organization = await newTeam(api)
  await addType(api, organization, 'region', { immutable: ['/place'], bindings: ['/place'] })
  const staged = await stage(api, organization, 'region', { place: 'east', size: 1 })
  const placed = (value: string) => ({ bindings: [{ asset: staged.id, pointer: '/place', value }] })
  await carry(api, organization, bundleOf(organization, [staged], placed('north')))
  await edit(api, organization, staged, { place: 'east', size: 2 })
  const moved = await preview(api, organization, bundleOf(organization, [staged], placed('west')))
  expect(inShort(moved)).toEqual(['blocker immutable-changed /place'])
  const kept = await preview(api, organization, bundleOf(organization, [staged]))
  expect(inShort(kept)).toEqual(['info binding-remembered /place'])
})

test('what only so many may hold in production is not landed beside them', async () => {
  const organization = await newTeam(api)
  await addType(api, organization, 'desk', { unique: [{ each: '', members: ['/number'] }] })
  const first = await stage(api, organization, 'desk', { number: 1 })
  await carry(api, organization, bundleOf(organization, [first]))
  await edit(api, organization, first, { number: 2 })
  const second = await stage(api, organization, 'desk', { number: 1 })
  const alone = await preview(api, organization, bundleOf(organization, [second]))
  expect(inShort(alone)).toEqual(['blocker taken'])
  const together = await preview(api, organization, bundleOf(organization, [first, second]))
  expect(inShort(together)).toEqual([])
})

test('endpoints of a test, a tunnel, a private network or the machine itself are pointed out', async () => {
  const organization = await newTeam(api)
  const suspicious = [
    'https://localhost:8080/in',
    'https://127.0.0.1/in',
    'https://10.1.2.3/in',
    'https://[::1]/in',
    'https://abc.ngrok.app/in',
    'https://staging.northlake.health/in',
    'https://northlake.example/in',
    'mllp://uat-gateway.northlake.health:2575',
  ]
  const fine = ['https://hooks.northlake.health/in', 'see https://staging.northlake.health', 'staging']
  const lines = await found(organization, { suspicious, fine })
  expect(lines.filter((line) => line.includes('endpoint-suspicious'))).toEqual(
    suspicious.map((_, place) => `warning endpoint-suspicious /suspicious/${place}`),
  )
})

test('an endpoint that staging itself uses is pointed out, and production’s own is not', async () => {
  const organization = await newTeam(api)
  const url = 'https://hooks.northlake.health/in'
  const content = { url, eventTypes: ['appointment.created'], enabled: false }
  const staged = await stage(api, organization, 'webhookSubscription', content)
  const bound = async (value: string) =>
    inShort(
      await preview(
        api,
        organization,
        bundleOf(organization, [staged], { bindings: [{ asset: staged.id, pointer: '/url', value }] }),
      ),
    )
  expect(await bound(`${url}/?from=production`)).toContain('warning endpoint-of-staging /url')
  expect(await bound('https://hooks.northlake.health/live')).not.toContain('warning endpoint-of-staging /url')
})

test('case 53: names that read alike and text that hides or turns are warnings that reviewers see', async () => {
  const organization = await newTeam(api)
  const cyrillic = '\u0430mount'
  const names = { amount: 1, [cyrillic]: 2, caf\u00e9: 3, 'cafe\u0301': 4, plain: { a: 1, A: 2 } }
  expect(await found(organization, names)).toEqual(
    expect.arrayContaining([`warning look-alike /${cyrillic}`, 'warning look-alike /cafe\u0301']),
  )
  const texts = { turned: 'pay \u202eevil\u202c now', hidden: 'a\u200bb', honest: 'שלום' }
  expect(await found(organization, texts)).toEqual([
    'warning hidden-characters /hidden',
    'warning hidden-characters /turned',
  ])
})

test('a secret that production lacks is told of, and keeps neither the copy from landing nor from being approved', async () => {
  const organization = await newTeam(api)
  await addType(api, organization, 'client', { secrets: ['/token'] })
  await publishAllKeys(api.testStores)
  const staged = await stage(api, organization, 'client', { token: crypto.randomUUID(), name: 'x' })
  const told = await preview(api, organization, bundleOf(organization, [staged]))
  expect(inShort(told)).toEqual(['info secret-missing /token'])
  const promoted = await carry(api, organization, bundleOf(organization, [staged]))
  const { missingSecrets } = await api.expectStatus<{ missingSecrets: readonly string[] }>(
    200,
    `/v1/assets/${targetOf(promoted, staged)}`,
    { key: organization.people.anna.keys.production },
  )
  expect(missingSecrets).toEqual(['/token'])
})
