import { describe, expect, test } from 'vitest'
import { type CommandId, identifier } from '../../src/domain/identifiers.ts'
import { carryOut } from '../services/assets/carry-out.ts'
import { source } from '../services/assets/samples.ts'
import { openApi } from '../support/api.ts'
import {
  askFor,
  createValueSet,
  decideAs,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  reachState,
} from '../support/deployment.ts'

const api = await openDeployment()
// The same stores, through an API that cannot reach Temporal: what is asked there is stored and waits.
const away = openApi(api.testStores)

async function asked() {
  const organization = await api.newOrganization({ people: fourPeople })
  const promotion = await askFor(api, organization, [await createValueSet(api, organization)])
  return { organization, promotion }
}

async function code(response: Response): Promise<string> {
  const text = await response.text()
  return response.ok ? 'done' : (JSON.parse(text) as { code: string }).code
}

function change({ people }: FourPeople, path: string, method: string, body?: object) {
  const key = people.owner.keys.organization
  return api.expectStatus(method === 'DELETE' ? 204 : 200, path, {
    key,
    method,
    ...(body === undefined ? {} : { body }),
  })
}

function withdrawAs(key: string | undefined, { id }: PromotionAnswer): Promise<Response> {
  return api.request(`/v1/promotions/${id}/withdraw`, { key, body: { reason: 'Not now' } })
}

describe('between a request and the decision on it', () => {
  test('who lost their role in the destination does not see it any more', async () => {
    const { organization, promotion } = await asked()
    const { environments, people } = organization
    await change(
      organization,
      `/v1/environments/${environments.production}/members/${people.anna.id}`,
      'DELETE',
    )
    expect(await code(await decideAs(api, people.anna, promotion))).toBe('not-found')
  })

  test('who left the group that the step names is not heard', async () => {
    const { organization, promotion } = await asked()
    const { anna, ben } = organization.people
    await change(organization, `/v1/organizations/${organization.id}/groups/approvers`, 'PUT', {
      members: [ben.id],
    })
    expect(await code(await decideAs(api, anna, promotion))).toBe('not-eligible')
  })

  test('who was deactivated is nobody', async () => {
    const { organization, promotion } = await asked()
    const { anna } = organization.people
    await change(organization, `/v1/organizations/${organization.id}/people/${anna.id}`, 'PATCH', {
      active: false,
    })
    expect(await code(await decideAs(api, anna, promotion))).toBe('unauthenticated')
  })

  test('who asked and may not write any more does not take it back', async () => {
    const { organization, promotion } = await asked()
    const { requester, owner } = organization.people
    const path = `/v1/environments/${organization.environments.staging}/members/${requester.id}`
    await change(organization, path, 'PUT', { role: 'viewer' })
    expect(await code(await withdrawAs(requester.keys.staging, promotion))).toBe('forbidden')
    // Their key of production reads it still, and is no key of the source.
    expect(await code(await withdrawAs(requester.keys.production, promotion))).toBe('forbidden')
    expect(await code(await withdrawAs(owner.keys.production, promotion))).toBe('forbidden')
    expect(await code(await withdrawAs(owner.keys.organization, promotion))).toBe('done')
  })
})

test('an approval ends with the role that it was given by, before anything lands', async () => {
  const { organization, promotion } = await asked()
  const { anna, ben } = organization.people
  expect(await code(await decideAs(api, anna, promotion))).toBe('done')
  const path = `/v1/environments/${organization.environments.production}/members/${anna.id}`
  await change(organization, path, 'DELETE')
  await decideAs(api, ben, promotion)
  const read = () =>
    api.expectStatus<PromotionAnswer>(200, `/v1/promotions/${promotion.id}`, { key: ben.keys.production })
  const events = async () => {
    const { rows } = await api.testStores
      .superuser('control')
      .query('SELECT type FROM stream_event WHERE stream = $1 ORDER BY seq', [promotion.id])
    return rows.map(({ type }) => type)
  }
  await expect.poll(events, { timeout: 20_000 }).toContain('approvals-lapsed')
  expect((await read()).state).toBe('awaiting_approval')
  expect(await events()).not.toContain('authorized')
})

test('a role that writes some of the assets takes back none of them together', async () => {
  const organization = await api.newOrganization({ people: fourPeople })
  const { requester, owner } = organization.people
  const key = requester.keys.staging
  const hook = { url: 'https://hooks.example/in', eventTypes: ['patient.created'], enabled: true }
  const { id } = await api.expectStatus<{ id: string }>(
    201,
    `/v1/environments/${organization.environments.staging}/assets`,
    { key, body: { type: 'webhookSubscription', name: 'Hook', content: hook } },
  )
  const promotion = await api.expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key,
    body: {
      promotingAssets: [{ id, type: 'webhookSubscription' }],
      fromEnvironment: { id: organization.environments.staging },
      toEnvironment: { id: organization.environments.production },
      reason: 'A hook takes an engineer',
    },
  })
  const path = `/v1/environments/${organization.environments.staging}/members/${owner.id}`
  await change(organization, path, 'PUT', { role: 'support' })
  expect(await code(await withdrawAs(owner.keys.staging, promotion))).toBe('forbidden')
  await change(organization, path, 'PUT', { role: 'engineer' })
  expect(await code(await withdrawAs(owner.keys.staging, promotion))).toBe('done')
})

describe('a service account', () => {
  type Roles = Readonly<Partial<Record<'staging' | 'production', 'engineer' | 'viewer'>>>

  async function accountOf(
    organization: FourPeople,
    owner: { readonly id: string; readonly keys: { readonly organization: string } },
    roles: Roles,
  ) {
    const people = `/v1/organizations/${organization.id}/people`
    const key = organization.people.owner.keys.organization
    const { id } = await api.expectStatus<{ id: string }>(201, people, {
      key,
      body: { kind: 'service', name: 'Pipeline', owner: owner.id },
    })
    const keyOf = async (kind: 'staging' | 'production') => {
      const role = roles[kind]
      if (role === undefined) return undefined
      const environment = organization.environments[kind]
      await change(organization, `/v1/environments/${environment}/members/${id}`, 'PUT', { role })
      const made = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
        key: owner.keys.organization,
        body: { name: 'pipeline', environment, account: id },
      })
      return made.secret
    }
    return { id, staging: await keyOf('staging'), production: await keyOf('production') }
  }

  test('does to the end what its own role gives and its owner may do too', async () => {
    const { organization, promotion } = await asked()
    const account = await accountOf(organization, organization.people.requester, { staging: 'engineer' })
    expect(await code(await withdrawAs(account.staging, promotion))).toBe('done')
    await reachState(api, organization, promotion, 'withdrawn')
  })

  test('never decides, whoever it acts for', async () => {
    const { organization, promotion } = await asked()
    const account = await accountOf(organization, organization.people.ben, { production: 'viewer' })
    const keys = { production: account.production }
    expect(await code(await decideAs(api, { keys }, promotion))).toBe('forbidden')
  })

  /** What becomes of a local asset that an account of Anna's asks for, when something changes while it waits. */
  async function judgedAfter(
    meanwhile: (organization: FourPeople, account: string) => Promise<unknown>,
  ): Promise<unknown> {
    const organization = await api.newOrganization({ people: fourPeople })
    const account = await accountOf(organization, organization.people.anna, { production: 'engineer' })
    const { command } = await away.expectStatus<{ command: CommandId }>(
      202,
      `/v1/environments/${organization.environments.production}/assets`,
      { key: account.production, body: source },
    )
    await meanwhile(organization, account.id)
    await carryOut(api.testStores, organization.id, identifier<CommandId>(command))
    const { rows } = await api.testStores
      .superuser('control')
      .query('SELECT state, failure FROM production_command WHERE id = $1', [command])
    return rows[0]
  }

  function changeSomebody(organization: FourPeople, whom: string, body: object) {
    return change(organization, `/v1/organizations/${organization.id}/people/${whom}`, 'PATCH', body)
  }

  test('whose role was taken while its act waited is refused, whatever role its owner holds', async () => {
    const judged = await judgedAfter((organization, account) =>
      change(
        organization,
        `/v1/environments/${organization.environments.production}/members/${account}`,
        'DELETE',
      ),
    )
    expect(judged).toEqual({ state: 'refused', failure: 'forbidden' })
  })

  test.each([
    ['lowered', 'PUT', { role: 'support' }],
    ['taken', 'DELETE', undefined],
  ])(
    "whose owner's role was %s while its act waited is refused, whatever role it holds",
    async (_, method, body) => {
      const judged = await judgedAfter((organization) => {
        const { environments, people } = organization
        const path = `/v1/environments/${environments.production}/members/${people.anna.id}`
        return change(organization, path, method, body)
      })
      expect(judged).toEqual({ state: 'refused', failure: 'forbidden' })
    },
  )

  test('that was deactivated while its act waited is refused', async () => {
    const judged = await judgedAfter((organization, account) =>
      changeSomebody(organization, account, { active: false }),
    )
    expect(judged).toEqual({ state: 'refused', failure: 'forbidden' })
  })

  test('whose owner was deactivated and came back while its act waited is refused: its keys are gone', async () => {
    const judged = await judgedAfter(async (organization) => {
      await changeSomebody(organization, organization.people.anna.id, { active: false })
      await changeSomebody(organization, organization.people.anna.id, { active: true })
    })
    expect(judged).toEqual({ state: 'refused', failure: 'key-revoked' })
  })

  test('that was given to another owner while its act waited does not act for the one before', async () => {
    const judged = await judgedAfter((organization, account) =>
      changeSomebody(organization, account, { owner: organization.people.editor.id }),
    )
    expect(judged).toEqual({ state: 'refused', failure: 'key-revoked' })
  })
})
