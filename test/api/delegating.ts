import { beforeEach } from 'vitest'
import { instant } from '../../src/domain/identifiers.ts'
import type { Page, Problem } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import type { ApiRequest, TestApi, TestOrganization } from '../support/api.ts'
import type { TestStores } from '../support/stores.ts'

export interface Delegation {
  readonly id: string
  readonly delegator: string
  readonly to: string
  readonly startsAt: string
  readonly endsAt: string
  readonly reason: string | null
  readonly createdAt: string
  readonly revokedAt: string | null
}

export const people = {
  anna: { production: 'engineer' },
  ben: { production: 'viewer' },
  carl: { organization: 'member' },
  admin: { organization: 'admin' },
  auditor: { auditor: true },
} as const

export type Name = keyof typeof people | 'owner'

export const delegations = '/v1/delegations'

export const inDays = (days: number) => instant(Date.now() + days * 86_400_000)

/** The body that lets somebody stand in from now for ten days, but for what is given otherwise. */
export const bodyTo = (to: string, more: object = {}) => ({
  to,
  startsAt: inDays(0),
  endsAt: inDays(10),
  reason: 'On leave',
  ...more,
})

/** People of an organization of each test's own, who give, list and end delegations. */
export function delegating(stores: TestStores, api: TestApi) {
  let organization: TestOrganization<keyof typeof people>

  beforeEach(async () => {
    organization = await api.newOrganization({ people })
  })

  const current = () => organization
  const keyOf = (name: Name) => organization.people[name].keys.organization
  const idOf = (name: Name): string => organization.people[name].id

  const give = (from: Name, to: Name, period: object = {}) =>
    api.expectStatus<Delegation>(201, delegations, { key: keyOf(from), body: bodyTo(idOf(to), period) })

  const list = async (name: Name) =>
    (await api.expectStatus<Page<Delegation>>(200, delegations, { key: keyOf(name) })).data

  const end = (name: Name, { id }: Pick<Delegation, 'id'>) =>
    api.request(`${delegations}/${id}`, { key: keyOf(name), method: 'DELETE' })

  async function refusal(
    asked: ApiRequest,
  ): Promise<Problem & { readonly status: number; readonly text: string }> {
    const response = await api.request(delegations, asked)
    const text = await response.text()
    return { ...(JSON.parse(text) as Problem), status: response.status, text }
  }

  const entries = async () =>
    (await verifiedLog(stores, 'control', organization.id)).filter(({ type }) =>
      type.startsWith('delegation.'),
    )

  return { current, keyOf, idOf, give, list, end, refusal, entries }
}
