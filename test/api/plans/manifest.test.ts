import { expect, test } from 'vitest'
import { type FourPeople, openDeployment } from '../../support/deployment.ts'
import {
  ask,
  bundleOf,
  digestOfDocument,
  inShort,
  newTeam,
  policyWith,
  preview,
  readPlan,
  signedPlan,
  stage,
} from './planning.ts'

const api = await openDeployment()

const url = 'https://hooks.northlake.health/in'
const declared = {
  endpointsUsed: [url],
  webhookEventTypes: ['appointment.created', 'form.submitted'],
  requiredPermissions: ['forms-read'],
  automationLogic: 'Sends the intake form when an appointment is booked',
  expectedDataFlows: 'Appointment ids to the scheduling system',
}

/** A webhook, an automation and a permission set, bound for production. */
async function reaching(organization: FourPeople) {
  const webhook = await stage(api, organization, 'webhookSubscription', {
    url: 'https://hooks.northlake-partner.health/in',
    eventTypes: ['appointment.created'],
    enabled: false,
  })
  const automation = await stage(
    api,
    organization,
    'automation',
    {
      enabled: false,
      trigger: { eventType: 'form.submitted' },
      actions: [{ kind: 'call-webhook', webhookSubscription: webhook.id }],
    },
    'Intake',
  )
  const permissions = await stage(api, organization, 'permissionSet', {
    integrationUser: { userId: 1 },
    permissions: [{ name: 'forms-read', because: 'It reads the form' }],
  })
  const bindings = [
    { asset: webhook.id, pointer: '/url', value: url },
    { asset: permissions.id, pointer: '/integrationUser/userId', value: 7 },
  ]
  const body = bundleOf(organization, [webhook, automation, permissions], { bindings })
  return { webhook, automation, permissions, body }
}

const differences = (manifest: object, body: object, organization: FourPeople) =>
  preview(api, organization, { ...body, manifest }).then(({ findings }) =>
    findings.filter(({ rule }) => rule === 'manifest-difference'),
  )

test('a bundle that reaches out or acts by itself needs a manifest, and one that says what it really does passes', async () => {
  const organization = await newTeam(api)
  const { body, webhook, automation, permissions } = await reaching(organization)
  const without = await preview(api, organization, body)
  const missing = without.findings.filter(({ rule }) => rule === 'manifest-missing')
  expect(missing.map(({ severity }) => severity)).toEqual(['blocker', 'blocker', 'blocker'])
  expect(missing.map(({ asset }) => asset).sort()).toEqual([webhook.id, automation.id, permissions.id].sort())
  expect(inShort(await preview(api, organization, { ...body, manifest: declared }))).toEqual([])
  const asked = await ask(api, organization, { ...body, manifest: declared })
  expect((await readPlan(api, organization, asked)).manifest).toEqual(declared)
})

test('what neither reaches out nor acts by itself needs no manifest', async () => {
  const organization = await newTeam(api)
  const codes = await stage(api, organization, 'valueSet', { values: [{ value: 'A' }] })
  expect(inShort(await preview(api, organization, bundleOf(organization, [codes])))).toEqual([])
})

test.for(['warning', 'info'] as const)(
  'a missing manifest counts as %s where the policy says so',
  async (manifest) => {
    const organization = await newTeam(api, policyWith({ manifest }))
    const { body } = await reaching(organization)
    const lines = inShort(await preview(api, organization, body)).filter((line) => line.includes('manifest'))
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
      Array(3).fill(`${manifest} manifest-missing`),
    )
  },
)

test('every difference between the manifest and what the assets hold is shown, in both directions', async () => {
  const organization = await newTeam(api)
  const { body, webhook, automation, permissions } = await reaching(organization)
  const wrong = {
    ...declared,
    endpointsUsed: ['https://elsewhere.northlake.health/'],
    webhookEventTypes: ['appointment.created', 'patient.updated'],
    requiredPermissions: ['forms-write'],
  }
  const found = await differences(wrong, body, organization)
  const places = found.map(({ asset, pointer }) => `${asset}${pointer}`)
  expect(places).toEqual(
    expect.arrayContaining([
      `${webhook.id}/url`,
      `${automation.id}/trigger/eventType`,
      `${permissions.id}/permissions/0/name`,
    ]),
  )
  expect(found.filter(({ message }) => message.includes('that no asset of the bundle holds'))).toHaveLength(3)
  expect(found).toHaveLength(6)
  expect(JSON.stringify(found)).not.toContain('elsewhere')
})

test('the words that say what an automation does and which data flows are asked for', async () => {
  const organization = await newTeam(api)
  const { body, webhook, automation } = await reaching(organization)
  const { automationLogic: _logic, expectedDataFlows: _flows, ...wordless } = declared
  const found = await differences(wordless, body, organization)
  expect(found.map(({ asset, pointer }) => `${asset}${pointer}`).sort()).toEqual(
    [`${webhook.id}/url`, `${automation.id}/actions`].sort(),
  )
})

test('a host stands for every path of it, and approvers see the manifest as it was written', async () => {
  const organization = await newTeam(api)
  const { body } = await reaching(organization)
  const byHost = { ...declared, endpointsUsed: ['hooks.northlake.health'] }
  expect(await differences(byHost, body, organization)).toEqual([])
  const asked = await ask(api, organization, { ...body, manifest: byHost })
  expect((await readPlan(api, organization, asked)).manifest).toEqual(byHost)
})

test('the plan that people sign holds the digest of the manifest that they read', async () => {
  const organization = await newTeam(api)
  const { body } = await reaching(organization)
  const asked = await ask(api, organization, { ...body, manifest: declared })
  const { plan, text, digest } = await signedPlan(api.testStores, asked)
  expect(digest).toBe(asked.planDigest)
  expect(plan.manifest).toBe(digestOfDocument(declared))
  expect(text).not.toContain(declared.automationLogic)
})
