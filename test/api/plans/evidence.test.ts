import { expect, test } from 'vitest'
import { evidenceKinds } from '../../../src/domain/plan/evidence.ts'
import { digestOf } from '../../../src/trust/canonical.ts'
import { socialSecurity } from '../../screening/corpus/values.ts'
import { decideAs, openDeployment } from '../../support/deployment.ts'
import {
  ask,
  bundleOf,
  digestOfDocument,
  inShort,
  newTeam,
  policyWith,
  preview,
  readPlan,
  refusalOf,
  signedPlan,
  stage,
} from './planning.ts'

const api = await openDeployment()

const digest = digestOf(Buffer.from('what was recorded in staging'))
const link = 'https://wiki.northlake.health/tests/7'

async function withCodes(...policy: Parameters<typeof policyWith> | []) {
  const organization = await newTeam(api, policyWith(policy[0] ?? {}))
  const staged = await stage(api, organization, 'valueSet', { values: [{ value: 'A' }] })
  const body = bundleOf(organization, [staged])
  const send = (evidence: readonly object[], dryRun = true) =>
    api.request(`/v1/promotions${dryRun ? '?dryRun=true' : ''}`, {
      key: organization.people.requester.keys.staging,
      body: { ...body, evidence },
    })
  return { organization, staged, body, send }
}

test('evidence of every kind travels with a request, and approvers see it as it was sent', async () => {
  const { organization, staged, body } = await withCodes()
  const evidence = evidenceKinds.map((kind, place) => ({
    kind,
    ...(place % 2 === 0 ? { asset: staged.id, digest } : { link }),
    note: `Seen in staging, number ${place}`,
  }))
  const told = await preview(api, organization, { ...body, evidence })
  expect(told.evidence.map(({ kind }) => kind)).toEqual(evidenceKinds)
  const asked = await ask(api, organization, { ...body, evidence })
  const shown = (await readPlan(api, organization, asked)).evidence
  const whole = evidence.map((one) => ({ asset: null, digest: null, link: null, ...one }))
  expect(shown).toHaveLength(whole.length)
  expect(shown).toEqual(expect.arrayContaining(whole))
  expect((await decideAs(api, organization.people.anna, asked)).status).toBe(201)
})

test('each piece names a digest or a link, and what is not testable says why', async () => {
  const { send } = await withCodes()
  const wanting: readonly object[] = [
    { kind: 'webhook-payload' },
    { kind: 'webhook-payload', note: 'Believe me' },
    { kind: 'not-testable', link },
    { kind: 'role', digest: 'abc' },
    { kind: 'role', link: 'javascript:alert(1)' },
    { kind: 'gossip', link },
    { kind: 'role', link, payload: '{}' },
  ]
  for (const one of wanting) {
    const { status, errors = [] } = await refusalOf(await send([one]))
    expect([one, status]).toEqual([one, 422])
    expect(errors[0]?.pointer).toMatch(/^\/evidence\/0/)
  }
  const enough = [
    { kind: 'role', digest },
    { kind: 'role', link },
    { kind: 'not-testable', note: 'No sandbox' },
  ]
  for (const one of enough) expect((await send([one])).status).toBe(200)
})

test('evidence is about an asset of the bundle', async () => {
  const { organization, send } = await withCodes()
  const other = await stage(api, organization, 'valueSet', { values: [{ value: 'B' }] })
  expect(await refusalOf(await send([{ kind: 'role', link, asset: other.id }]))).toMatchObject({
    status: 422,
    code: 'invalid-body',
    errors: [{ pointer: '/evidence/0/asset' }],
  })
})

test.for(['note', 'link'] as const)(
  'a %s that holds a secret or data of a patient is refused and not repeated',
  async (place) => {
    const { send } = await withCodes()
    const number = socialSecurity(`evidence ${place}`)
    const secret = ['https://reader:', 'Tr0ub4dor-9x', '@db.northlake.health/'].join('')
    const cases = [
      [{ kind: 'role', link, note: `Seen for SSN ${number}` }, '/evidence/0/note', 'patient-data', number],
      [{ kind: 'role', link: secret }, '/evidence/0/link', 'literal-secret', 'Tr0ub4dor'],
    ] as const
    const [evidence, pointer, code, value] = place === 'note' ? cases[0] : cases[1]
    for (const dryRun of [true, false]) {
      const refused = await refusalOf(await send([evidence], dryRun))
      expect(refused).toMatchObject({ status: 422, code, errors: [{ pointer }] })
      expect(refused.text).not.toContain(value)
    }
  },
)

test('the plan that people sign holds the digest of every piece, and nothing that was written in one', async () => {
  const { organization, body } = await withCodes()
  const words = `Read it to the end, ${crypto.randomUUID()}`
  const sent = [
    { kind: 'role', link, note: words },
    { kind: 'scoped-key', digest },
  ]
  const asked = await ask(api, organization, { ...body, evidence: sent })
  const first = await signedPlan(api.testStores, asked)
  const shown = (await readPlan(api, organization, asked)).evidence
  expect(first.digest).toBe(asked.planDigest)
  expect(first.plan.evidence).toEqual(shown.map(digestOfDocument).sort())
  expect(first.text).not.toContain(words)
  await api.expectStatus(200, `/v1/promotions/${asked.id}/resubmit`, {
    key: organization.people.requester.keys.staging,
    body: { reason: 'Other evidence', evidence: sent.slice(1) },
  })
  const revision = async () => (await readPlan(api, organization, asked).catch(() => null))?.revision
  await expect.poll(revision, { timeout: 20_000 }).toBe(2)
  const second = await signedPlan(api.testStores, asked)
  expect(second.plan.evidence).toHaveLength(1)
  expect(second.digest).not.toBe(first.digest)
})

test('what the policy requires is missed until it is sent, or said to be not testable', async () => {
  const required = { requiredEvidence: ['webhook-payload', 'error-retry'] as const }
  const { organization, body } = await withCodes(required)
  const lines = async (...evidence: readonly object[]) =>
    inShort(await preview(api, organization, { ...body, evidence }))
  const payload = { kind: 'webhook-payload', digest }
  const missing = ['blocker evidence-missing', 'blocker evidence-missing']
  expect(await lines()).toEqual(missing)
  expect(await lines(payload)).toEqual(missing.slice(1))
  expect(await lines(payload, { kind: 'error-retry', link })).toEqual([])
  const explained = { kind: 'not-testable', note: 'The partner has no sandbox that fails on purpose' }
  expect(await lines(payload, explained)).toEqual(['warning evidence-missing'])
})
