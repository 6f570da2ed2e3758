import type { AssetId, PromotionId } from '../../../src/domain/identifiers.ts'
import type { Policy, PolicyRule } from '../../../src/domain/policy/policy.ts'
import type { PromotionPhase } from '../../../src/domain/promotion/state.ts'
import type { PromotionView } from '../../../src/services/promotions/promotion-view.ts'
import type { ApiRequest, TestOrganization, TestPerson } from '../../support/api.ts'
import type { Deployment } from './deployment.ts'
import { eventually } from './eventually.ts'

/** Whoever takes requests: the API in the test's process, or one in a process of its own. */
export type Ask = (path: string, request: ApiRequest) => Promise<Response>

export interface World {
  readonly organization: TestOrganization<string>
  readonly requester: TestPerson
  readonly approvers: readonly TestPerson[]
  newAsset(): Promise<AssetId>
  /** Writes the second version of an asset. */
  nextVersion(asset: AssetId): Promise<void>
  /** Asks for the promotion of an asset, with whatever key and through whatever API. */
  ask(asset: AssetId, options?: Options): Promise<Response>
  /** Asks for a promotion, which is to be accepted. */
  request(asset: AssetId): Promise<PromotionId>
  read(promotion: PromotionId): Promise<PromotionView>
  awaitState(
    promotion: PromotionId,
    state: PromotionPhase,
    withinMilliseconds?: number,
  ): Promise<PromotionView>
  approve(approver: TestPerson, promotion: PromotionId, options?: Options): Promise<Response>
  /**
   * Approves, and asks again with the same key while the answer is that it is not settled yet, or that something is away.
   * Settles with the statuses of all answers.
   */
  approved(approver: TestPerson, promotion: PromotionId, options?: Options): Promise<readonly number[]>
}

export interface Options {
  readonly idempotencyKey?: string
  readonly through?: Ask
}

export interface WorldPlan {
  readonly approvers: number
  readonly approvals?: number
  readonly rule?: Partial<
    Pick<
      PolicyRule,
      'expiresAfter' | 'landWithin' | 'breakGlass' | 'checks' | 'activation' | 'validation' | 'rollback'
    >
  >
}

function policyOf({ approvals = 2, rule }: WorldPlan): Policy {
  const step = { name: 'approval', kind: 'approval', approvals, groups: ['approvers'] } as const
  const limits = { expiresAfter: 'P7D', landWithin: 'PT10M', ...rule }
  return { rules: [{ name: 'every promotion', steps: [step], ...limits }] }
}

/** Asks an API that is a process of its own. */
export function askServer(url: string): Ask {
  return (path, { key, body, headers, idempotencyKey, method }) =>
    fetch(`${url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
}

/** An organization with a requester and approvers, whose production has the policy asked for. */
export async function openWorld({ api }: Deployment, plan: WorldPlan): Promise<World> {
  const names = Array.from({ length: plan.approvers }, (_, place) => `approver ${place + 1}`)
  const organization = await api.newOrganization<string>({
    people: {
      requester: { staging: 'engineer', production: 'engineer', groups: ['approvers'] },
      ...Object.fromEntries(
        names.map((name) => [name, { production: 'viewer', groups: ['approvers'] } as const]),
      ),
    },
    policy: policyOf(plan),
  })
  const { environments, people } = organization
  const person = (name: string): TestPerson => {
    const found = people[name]
    if (found === undefined) throw new TypeError(`there is no ${name}`)
    return found
  }
  const requester = person('requester')
  let assets = 0

  async function read(promotion: PromotionId): Promise<PromotionView> {
    const key = people.owner?.keys.production
    return api.expectStatus(200, `/v1/promotions/${promotion}`, { key })
  }

  async function ask(asset: AssetId, { idempotencyKey, through = api.request }: Options = {}) {
    return through('/v1/promotions', {
      key: requester.keys.staging,
      idempotencyKey: idempotencyKey ?? crypto.randomUUID(),
      body: {
        promotingAssets: [{ id: asset, type: 'valueSet' }],
        fromEnvironment: { id: environments.staging },
        toEnvironment: { id: environments.production },
        reason: 'The new codes are in use.',
      },
    })
  }

  async function approve(
    approver: TestPerson,
    promotion: PromotionId,
    { idempotencyKey, through = api.request }: Options = {},
  ) {
    const { planDigest } = await read(promotion)
    return through(`/v1/promotions/${promotion}/decisions`, {
      key: approver.keys.production,
      idempotencyKey: idempotencyKey ?? crypto.randomUUID(),
      headers: { 'If-Match': `"${planDigest}"` },
      body: { verdict: 'approve', comment: '' },
    })
  }

  return {
    organization,
    requester,
    approvers: names.map(person),
    read,
    ask,
    approve,
    async approved(approver, promotion, options = {}) {
      const idempotencyKey = crypto.randomUUID()
      const statuses: number[] = []
      await eventually(
        'the approval is settled',
        async () => {
          const response = await approve(approver, promotion, { idempotencyKey, ...options })
          if (![201, 202, 503].includes(response.status)) {
            throw new Error(`approved: ${response.status} ${await response.text()}`)
          }
          statuses.push(response.status)
          return response.status === 201
        },
        60_000,
      )
      return statuses
    },
    async newAsset() {
      assets += 1
      const made = await api.expectStatus<{ id: AssetId }>(
        201,
        `/v1/environments/${environments.staging}/assets`,
        {
          key: requester.keys.staging,
          body: { type: 'valueSet', name: `codes ${assets}`, content: { values: [{ value: `A${assets}` }] } },
        },
      )
      return made.id
    },
    async nextVersion(asset) {
      const key = requester.keys.staging
      const seen = await api.request(`/v1/assets/${asset}`, { key })
      await api.expectStatus(200, `/v1/assets/${asset}`, {
        key,
        method: 'PUT',
        headers: { 'If-Match': seen.headers.get('ETag') ?? '' },
        body: { content: { values: [{ value: 'changed' }] } },
      })
    },
    async request(asset) {
      const response = await ask(asset)
      if (response.status !== 202) throw new Error(`asked: ${response.status} ${await response.text()}`)
      const { id } = (await response.json()) as PromotionView
      return id
    },
    async awaitState(promotion, state, withinMilliseconds) {
      let seen = await read(promotion)
      await eventually(
        `promotion ${promotion} is ${state}`,
        async () => {
          seen = await read(promotion)
          return seen.state === state
        },
        withinMilliseconds,
      ).catch((error: Error) => {
        throw new Error(`${error.message}; it is ${seen.state}, ${seen.failure}`)
      })
      return seen
    },
  }
}
