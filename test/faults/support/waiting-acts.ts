import { expect } from 'vitest'
import type { PolicyRule } from '../../../src/domain/policy/policy.ts'
import type { EnvironmentKind } from '../../../src/services/context.ts'
import { type Asset, source } from '../../services/assets/samples.ts'
import type { TestApi, TestPerson } from '../../support/api.ts'
import {
  type AssetAnswer,
  askFor,
  createValueSet,
  decideAs,
  type FourPeople,
  fourPeople,
  type PromotionAnswer,
  promote,
} from '../../support/deployment.ts'

/** An act that somebody is about to ask for, through whatever API and with whatever key of theirs. */
export interface PreparedAct {
  readonly person: TestPerson
  readonly door: EnvironmentKind
  ask(api: TestApi, key: string): Promise<Response>
}

const step = { name: 'approval', kind: 'approval', approvals: 2, groups: ['approvers'] } as const
const rule: PolicyRule = {
  name: 'every promotion',
  steps: [step],
  expiresAfter: 'P7D',
  landWithin: 'PT10M',
  restore: 'fast',
}
const credential = { type: 'authCredential', name: 'Intake client', content: { authStrategy: 'OAuth' } }
const seen = { 'If-Match': '*' }

/** Four people whose policy lets older versions back at once. */
export function openOrganization(api: TestApi): Promise<FourPeople> {
  return api.newOrganization({ people: fourPeople, policy: { rules: [rule] } })
}

async function activate(api: TestApi, { people }: FourPeople, { id }: PromotionAnswer): Promise<void> {
  await api.expectStatus(200, `/v1/promotions/${id}/rollout/activate`, {
    key: people.anna.keys.production,
    method: 'POST',
    headers: { 'If-Match': '"pending_activation"' },
  })
}

/** A production asset whose versions 1 and 2 were in use, one after the other. */
export async function twoLiveVersions(api: TestApi, organization: FourPeople): Promise<string> {
  const staged = await createValueSet(api, organization, ['first'])
  const first = await promote(api, organization, [staged])
  await activate(api, organization, first)
  await api.expectStatus<AssetAnswer>(200, `/v1/assets/${staged.id}`, {
    key: organization.people.editor.keys.staging,
    method: 'PUT',
    body: { content: { values: [{ value: 'second' }] } },
    headers: seen,
  })
  await activate(api, organization, await promote(api, organization, [{ id: staged.id }]))
  const target = first.items[0]?.target?.id
  if (target === undefined) throw new Error('nothing was promoted')
  return target
}

function write(api: TestApi, { environments, people }: FourPeople, body: object): Promise<Asset> {
  const path = `/v1/environments/${environments.production}/assets`
  return api.expectStatus<Asset>(201, path, { key: people.anna.keys.production, body })
}

/** One act of every kind that can wait for Temporal, each about something of its own. */
export async function prepareActs(
  api: TestApi,
  organization: FourPeople,
): Promise<Readonly<Record<string, PreparedAct>>> {
  const { anna, requester, editor } = organization.people
  const staged = () => createValueSet(api, organization)
  const decided = await askFor(api, organization, [await staged()])
  const withdrawn = await askFor(api, organization, [await staged()])
  const landed = await promote(api, organization, [await staged()])
  const restored = await twoLiveVersions(api, organization)
  const written = await write(api, organization, { ...credential, name: 'Written' })
  const keyless = await write(api, organization, credential)
  const doomed = await write(api, organization, { ...credential, name: 'Doomed' })
  const erase = { body: { reason: 'It names a person.' } }
  const erasure = `/v1/assets/${doomed.id}/versions/1/erase`
  expect((await api.request(erasure, { key: editor.keys.production, ...erase })).status).toBe(200)

  const inProduction = (ask: PreparedAct['ask']): PreparedAct => ({ person: anna, door: 'production', ask })
  return {
    'a decision': inProduction((through, key) => decideAs(through, { keys: { production: key } }, decided)),
    'a withdrawal': {
      person: requester,
      door: 'staging',
      ask: (through, key) =>
        through.request(`/v1/promotions/${withdrawn.id}/withdraw`, { key, body: { reason: 'Not now' } }),
    },
    'an activation': inProduction((through, key) =>
      through.request(`/v1/promotions/${landed.id}/rollout/activate`, {
        key,
        method: 'POST',
        headers: { 'If-Match': '"pending_activation"' },
      }),
    ),
    'a new local asset': inProduction((through, key) =>
      through.request(`/v1/environments/${organization.environments.production}/assets`, {
        key,
        body: source,
      }),
    ),
    'a version of a local asset': inProduction((through, key) =>
      through.request(`/v1/assets/${written.id}`, {
        key,
        method: 'PUT',
        body: { content: { authStrategy: 'OAuth', clientId: 'intake' } },
        headers: seen,
      }),
    ),
    'a secret': inProduction((through, key) =>
      through.request(`/v1/assets/${keyless.id}/secrets/clientSecret`, {
        key,
        method: 'PUT',
        body: { value: 'a value that nobody uses 7b1e' },
      }),
    ),
    'an older version in use again': inProduction((through, key) =>
      through.request(`/v1/assets/${restored}/restore`, { key, body: { version: 1 } }),
    ),
    'an erasure': inProduction((through, key) => through.request(erasure, { key, ...erase })),
  }
}
