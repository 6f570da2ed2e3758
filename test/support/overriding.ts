import type { Policy } from '../../src/domain/policy/policy.ts'
import type { TestOrganization, TestPerson } from './api.ts'
import { askFor, createValueSet, type Deployment, type PromotionAnswer } from './deployment.ts'

/** People around an emergency: who asks and edits, who signs, who may stand in, and who looks at it afterwards. */
export const people = {
  requester: { staging: 'engineer', production: 'engineer', groups: ['approvers'] },
  editor: { staging: 'engineer', production: 'engineer', groups: ['approvers'] },
  anna: { production: 'engineer', groups: ['approvers'] },
  ben: { production: 'viewer', groups: ['approvers'] },
  olga: { production: 'engineer', groups: ['on-call', 'approvers'] },
  admin: { organization: 'admin', production: 'viewer' },
  bystander: { production: 'engineer' },
  auditor: { auditor: true },
} as const

export type Hospital = TestOrganization<keyof typeof people>

/** Two of the approvers sign; somebody on call may stand in for them and is reviewed within this time. */
export function breakGlassPolicy(reviewWithin = 'P2D'): Policy {
  return {
    rules: [
      {
        name: 'every promotion',
        steps: [{ name: 'approval', kind: 'approval', approvals: 2, groups: ['approvers'] }],
        manifest: 'info',
        breakGlass: { group: 'on-call', reviewWithin },
        expiresAfter: 'P7D',
        landWithin: 'PT10M',
      },
    ],
  }
}

export interface OverrideAnswer {
  readonly person: string
  readonly reason: string | null
  readonly at: string
  readonly revision: number
  readonly reviewDueAt: string
  readonly overdue: boolean
  readonly review: {
    readonly person: string
    readonly outcome: string
    readonly comment: string | null
    readonly at: string
  } | null
}

export interface OverriddenAnswer extends PromotionAnswer {
  readonly override: OverrideAnswer | null
}

/** Somebody stands in for those who have to sign the plan as it is now. */
export function overrideAs(
  { request }: Pick<Deployment, 'request'>,
  person: TestPerson,
  { id, planDigest }: Pick<PromotionAnswer, 'id' | 'planDigest'>,
  reason = 'Nobody else is awake',
): Promise<Response> {
  return request(`/v1/promotions/${id}/override`, {
    key: person.keys.production,
    body: { reason },
    headers: { 'If-Match': `"${planDigest}"` },
  })
}

/** Asks for a promotion that Olga then lets through. */
export async function overridden(api: Deployment, organization: Hospital): Promise<PromotionAnswer> {
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  const response = await overrideAs(api, organization.people.olga, asked)
  if (response.status !== 201) throw new Error(`overridden: ${response.status} ${await response.text()}`)
  return asked
}

/** Somebody says whether it was right. */
export function reviewAs(
  { request }: Pick<Deployment, 'request'>,
  person: TestPerson,
  { id }: Pick<PromotionAnswer, 'id'>,
  given: {
    readonly outcome?: string
    readonly comment?: string
    readonly key?: string | undefined
    readonly idempotencyKey?: string
  } = {},
): Promise<Response> {
  const { outcome = 'upheld', comment = 'The interface was down', key, idempotencyKey } = given
  return request(`/v1/promotions/${id}/override/review`, {
    key: key ?? person.keys.production,
    body: { outcome, comment },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
}

/** A promotion as Ben reads it. */
export function readAs(
  { expectStatus }: Deployment,
  { people: { ben } }: Hospital,
  { id }: Pick<PromotionAnswer, 'id'>,
): Promise<OverriddenAnswer> {
  return expectStatus<OverriddenAnswer>(200, `/v1/promotions/${id}`, { key: ben.keys.production })
}

export interface Waiting {
  readonly kind: string
  readonly promotion: string
  readonly deadline: string | null
}

/** What waits for somebody in production, in pages of this size. */
export async function inboxOf(
  { expectStatus }: Deployment,
  person: TestPerson,
  limit = 50,
): Promise<readonly Waiting[]> {
  const items: Waiting[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`
    const page: { data: readonly Waiting[]; nextCursor: string | null } = await expectStatus(
      200,
      `/v1/inbox?limit=${limit}${more}`,
      { key: person.keys.production },
    )
    items.push(...page.data)
    cursor = page.nextCursor
  }
  return items
}
