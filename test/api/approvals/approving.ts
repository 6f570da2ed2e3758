import { expect } from 'vitest'
import type { AssetId, DecisionId, PromotionId } from '../../../src/domain/identifiers.ts'
import { initialPolicy, type PolicyRule, type SignedStep } from '../../../src/domain/policy/policy.ts'
import type { ApiRequest, TestOrganization } from '../../support/api.ts'
import {
  createValueSet,
  type Deployment,
  decideAs,
  type PromotionAnswer,
  promotionOf,
  reachState,
} from '../../support/deployment.ts'

const approver = { production: 'viewer', groups: ['approvers'] } as const

/** Two who write in staging, three approvers, one of a group that stands in, and one of no group. */
export const staff = {
  requester: { staging: 'engineer', production: 'engineer', groups: ['approvers'] },
  editor: { staging: 'engineer', production: 'engineer', groups: ['approvers'] },
  anna: { production: 'engineer', groups: ['approvers'] },
  ben: approver,
  carl: { production: 'viewer', groups: ['approvers', 'physicians'] },
  dora: { production: 'viewer', groups: ['rescuers'] },
  erik: { production: 'engineer' },
} as const

export type Name = keyof typeof staff | 'owner'
export type Staff = TestOrganization<keyof typeof staff>

export interface Vote {
  readonly id: DecisionId
  readonly person: string
  readonly printedName: string
  readonly comment: string
  readonly step: number
  readonly verdict: string
  readonly revision: number
  readonly outdated: boolean
  readonly withdrawnAt: string | null
}

export interface Promotion extends PromotionAnswer {
  readonly revision: number
  readonly notBefore: string | null
  readonly hindrances: readonly string[]
  readonly opensAt: string | null
  readonly expiresAt: string | null
  readonly policyVersion: number
  readonly decisions: readonly Vote[]
  readonly steps: readonly { readonly state: string; readonly approved: number }[]
}

/** The rule of a new organization, but for what is given otherwise. */
export function ruleWith(more: Partial<PolicyRule>): PolicyRule {
  const [rule] = initialPolicy.rules
  if (rule === undefined) throw new TypeError('the first policy has a rule')
  return { ...rule, ...more }
}

/** A step that so many approvers sign, unless it says otherwise. */
export function step(approvals: number, more: Partial<SignedStep> = {}) {
  return { name: 'approval', kind: 'approval', approvals, groups: ['approvers'], ...more } as const
}

export const inOneHour = () => new Date(Date.now() + 3_600_000).toISOString()

/** Status and code of a refusal. */
export async function refusal(answer: Response | Promise<Response>): Promise<readonly [number, string]> {
  const response = await answer
  const { code } = (await response.json()) as { code: string }
  return [response.status, code]
}

interface Asking extends Pick<ApiRequest, 'method' | 'body' | 'headers' | 'idempotencyKey'> {
  readonly door?: 'staging' | 'production' | 'organization'
}

/** An organization of its own, whose production has this rule, and what its people do there. */
export async function openRoom(api: Omit<Deployment, 'temporal'>, rule: Partial<PolicyRule> = {}) {
  const organization: Staff = await api.newOrganization({
    people: staff,
    policy: { rules: [ruleWith(rule)] },
  })
  const { people, environments } = organization
  const { keys: administrator } = people.owner
  const control = api.testStores.superuser('control')

  const call = (name: Name, path: string, { door = 'production', ...asked }: Asking = {}) =>
    api.request(path, { key: people[name].keys[door], ...asked })

  /** Somebody's act on a promotion, with a key of production unless another one is named. */
  const act = (name: Name, { id }: { readonly id: PromotionId }, verb: string, asked: Asking = {}) =>
    call(name, `/v1/promotions/${id}/${verb}`, { method: 'POST', ...asked })

  const newAsset = () => createValueSet(api, organization)

  /** Asks as the requester, for a new asset unless others are given. */
  async function request(
    more: object = {},
    assets?: readonly { readonly id: AssetId; readonly version?: number }[],
  ): Promise<Response> {
    const body = { ...promotionOf(organization, assets ?? [await newAsset()]), ...more }
    return call('requester', '/v1/promotions', { door: 'staging', body, headers: { Prefer: 'wait=20' } })
  }

  async function ask(...asked: Parameters<typeof request>): Promise<Promotion> {
    const response = await request(...asked)
    expect(response.status, await response.clone().text()).toBe(202)
    return (await response.json()) as Promotion
  }

  async function edit(id: AssetId, value: string, name: 'requester' | 'editor' = 'requester') {
    const { keys } = people[name]
    const { version, digest } = await api.expectStatus<{ version: number; digest: string }>(
      200,
      `/v1/assets/${id}`,
      { key: keys.staging },
    )
    await api.expectStatus(200, `/v1/assets/${id}`, {
      key: keys.staging,
      method: 'PUT',
      body: { content: { values: [{ value }] } },
      headers: { 'If-Match': `"${version}-${digest}"` },
    })
  }

  const read = async ({ id }: { readonly id: PromotionId }, name: Name = 'anna'): Promise<Promotion> =>
    api.expectStatus<Promotion>(200, `/v1/promotions/${id}`, { key: people[name].keys.production })

  const reach = async (promotion: PromotionAnswer, state: string): Promise<Promotion> =>
    (await reachState(api, organization, promotion, state)) as Promotion

  const vote = (
    name: Name,
    promotion: PromotionAnswer,
    ...more: [('approve' | 'reject' | 'request-changes')?]
  ) => decideAs(api, people[name], promotion, ...more)

  async function approve(promotion: PromotionAnswer, ...names: readonly Name[]): Promise<void> {
    for (const name of names) {
      const response = await vote(name, promotion)
      expect(response.status, await response.text()).toBe(201)
    }
  }

  const administer = (method: string, path: string, body?: object) =>
    api.request(path, { key: administrator.organization, method, ...(body === undefined ? {} : { body }) })

  return {
    organization,
    people,
    environments,
    call,
    act,
    newAsset,
    request,
    ask,
    edit,
    read,
    reach,
    vote,
    approve,
    administer,
    /** Resubmits as the requester; the answer is the promotion with its new plan. */
    resubmit: (promotion: PromotionAnswer, body: object = {}, name: Name = 'requester') =>
      act(name, promotion, 'resubmit', {
        door: 'staging',
        body: { reason: 'As discussed', ...body },
        headers: { Prefer: 'wait=20' },
      }),
    override: (name: Name, promotion: PromotionAnswer, reason = 'The intake is down') =>
      act(name, promotion, 'override', {
        body: { reason },
        headers: { 'If-Match': `"${promotion.planDigest}"` },
      }),
    takeBack: (name: Name, { id }: PromotionAnswer, { id: decision }: Pick<Vote, 'id'>) =>
      call(name, `/v1/promotions/${id}/decisions/${decision}`, { method: 'DELETE' }),
    /** From now on these and nobody else are in a group. */
    setGroup: (group: string, ...names: readonly Name[]) =>
      administer('PUT', `/v1/organizations/${organization.id}/groups/${group}`, {
        members: names.map((name) => people[name].id),
      }),
    takeRole: (name: Name) =>
      administer('DELETE', `/v1/environments/${environments.production}/members/${people[name].id}`),
    deactivate: (name: Name) =>
      administer('PATCH', `/v1/organizations/${organization.id}/people/${people[name].id}`, {
        active: false,
      }),
    /** Lets somebody stand in for somebody else from now on, for a while. */
    delegate: async (from: Name, to: Name, endsAt = inOneHour()) => {
      const startsAt = new Date().toISOString()
      return api.expectStatus<{ id: string }>(201, '/v1/delegations', {
        key: people[from].keys.organization,
        body: { to: people[to].id, startsAt, endsAt, reason: 'On leave' },
      })
    },
    endDelegation: (from: Name, { id }: { readonly id: string }) =>
      call(from, `/v1/delegations/${id}`, { door: 'organization', method: 'DELETE' }),
    /** What happened to a promotion, in order, and the types of its entries in the log. */
    story: async ({ id }: PromotionAnswer): Promise<readonly string[]> => {
      const { rows } = await control.query<{ type: string }>(
        'SELECT type FROM stream_event WHERE stream = $1 ORDER BY seq',
        [id],
      )
      return rows.map(({ type }) => type)
    },
    entries: async ({ id }: PromotionAnswer, type: string) => {
      const { data } = await api.expectStatus<{ data: { actor: { person: string }; details: object }[] }>(
        200,
        `/v1/audit/events?promotion=${id}&type=${type}`,
        { key: administrator.organization },
      )
      return data
    },
    /** Staging assets that a promotion holds. */
    held: async ({ id }: PromotionAnswer): Promise<readonly string[]> => {
      const { rows } = await control.query<{ asset: string }>(
        'SELECT asset FROM promotion_source_lock WHERE promotion = $1 ORDER BY asset',
        [id],
      )
      return rows.map(({ asset }) => asset)
    },
    landed: async (): Promise<number> => {
      const { rows } = await api.testStores
        .superuser('production')
        .query('SELECT count(*)::integer AS total FROM asset WHERE environment = $1', [
          environments.production,
        ])
      return rows[0].total
    },
  }
}

export type Room = Awaited<ReturnType<typeof openRoom>>
