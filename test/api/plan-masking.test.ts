import { expect, test } from 'vitest'
import { maskOf } from '../../src/screening/mask.ts'
import { made, medicare, password, recordNumber, socialSecurity } from '../screening/corpus/values.ts'
import {
  askFor,
  createValueSet,
  decideAs,
  fourPeople,
  openDeployment,
  promotionOf,
} from '../support/deployment.ts'

const api = await openDeployment()
const { expectStatus, newOrganization, request } = api

interface PlanAnswer {
  readonly planDigest: string
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly pointer: string }[]
  readonly items: readonly { readonly content?: unknown; readonly diff: readonly unknown[] }[]
}

async function problemOf(response: Response) {
  const text = await response.text()
  return {
    status: response.status,
    text,
    ...(JSON.parse(text) as { code: string; errors?: readonly { pointer: string }[] }),
  }
}

test('what a plan holds that might be a patient’s is masked, and unmasking it is one entry', async () => {
  const people = { ...fourPeople, outsider: { staging: 'engineer' } } as const
  const organization = await newOrganization({ people })
  const { anna, outsider } = organization.people
  const number = medicare('plan1')
  const staged = await createValueSet(api, organization, ['A', number])
  const asked = await askFor(api, organization, [staged])
  const path = `/v1/promotions/${asked.id}/plan`

  const masked = await expectStatus<PlanAnswer>(200, path, { key: anna.keys.production })
  const mark = maskOf('medicare-number')
  const shown = { values: [{ value: 'A' }, { value: mark }] }
  expect(masked.items).toMatchObject([{ content: shown, diff: [{ pointer: '', op: 'add', to: shown }] }])
  expect(masked.findings).toMatchObject([
    { rule: 'patient-data', severity: 'blocker', pointer: '/values/1/value', acknowledged: false },
  ])
  expect(JSON.stringify(masked)).not.toContain(number)
  expect(await expectStatus(200, path, { key: anna.keys.production })).toEqual(masked)

  const refused = await request(`${path}?unmask=true`, { key: outsider.keys.staging })
  expect(await problemOf(refused)).toMatchObject({ status: 403, code: 'forbidden' })
  for (let round = 0; round < 2; round += 1) {
    const whole = await expectStatus<PlanAnswer>(200, `${path}?unmask=true`, { key: anna.keys.production })
    expect(whole.planDigest).toBe(masked.planDigest)
    expect(JSON.stringify(whole.items)).toContain(number)
  }
  const entries = await expectStatus<{ data: readonly { actor: { person: string }; details: object }[] }>(
    200,
    `/v1/audit/events?promotion=${asked.id}&type=content.unmasked`,
    { key: organization.people.owner.keys.organization },
  )
  expect(entries.data).toMatchObject([
    { actor: { person: anna.id }, details: { planDigest: masked.planDigest, revision: 1 } },
  ])
  expect(JSON.stringify(entries)).not.toContain(number)
})

test('reasons, manifests, bindings and comments are refused where they hold a secret or data of a patient', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const { requester, anna } = organization.people
  const staged = await createValueSet(api, organization)
  const body = promotionOf(organization, [staged])
  const secret = password('plan2')
  const binding = { asset: staged.id, pointer: '/auth/password', value: secret }
  const bodies: readonly (readonly [object, string, string, string])[] = [
    [
      { ...body, reason: `MRN ${recordNumber('plan3')} is missing` },
      'patient-data',
      '/reason',
      recordNumber('plan3'),
    ],
    [
      { ...body, manifest: { automationLogic: `runs with password=${secret}` } },
      'literal-secret',
      '/manifest/automationLogic',
      secret,
    ],
    [{ ...body, bindings: [binding] }, 'literal-secret', '/bindings/0/value', secret],
  ]
  for (const [sent, code, pointer, value] of bodies) {
    const problem = await problemOf(
      await request('/v1/promotions', { key: requester.keys.staging, body: sent }),
    )
    expect(problem).toMatchObject({ status: 422, code, errors: [{ pointer }] })
    expect(problem.text).not.toContain(value)
  }
  const asked = await askFor(api, organization, [staged])
  const comment = `Bearer ${made('plan4', 40)}`
  const decided = await request(`/v1/promotions/${asked.id}/decisions`, {
    key: anna.keys.production,
    body: { verdict: 'approve', comment },
    headers: { 'If-Match': `"${asked.planDigest}"` },
  })
  expect(await problemOf(decided)).toMatchObject({
    status: 422,
    code: 'literal-secret',
    errors: [{ pointer: '/comment' }],
  })
  const withdrawn = await request(`/v1/promotions/${asked.id}/withdraw`, {
    key: requester.keys.staging,
    body: { reason: `wrong one, ${socialSecurity('plan5')}` },
  })
  expect(await problemOf(withdrawn)).toMatchObject({
    status: 422,
    code: 'patient-data',
    errors: [{ pointer: '/reason' }],
  })
  expect((await decideAs(api, anna, asked)).status).toBe(201)
})
