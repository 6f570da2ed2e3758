import { expect } from 'vitest'
import { instant } from '../../src/domain/identifiers.ts'
import { type ApiRequest, openApi, type TestApi, type TestOrganization } from '../support/api.ts'
import { openIssuer, providerOf, type TestIssuer } from '../support/issuer.ts'
import { openStores, type TestStores } from '../support/stores.ts'

/** An answer as far as a test looks at it. */
export interface Told {
  readonly status: number
  readonly code: string | undefined
  readonly detail: string | undefined
}

export interface TokenKey {
  readonly id: string
  readonly opens: string
  readonly revoked: boolean
}

const plan = {
  people: {
    admin: { organization: 'admin' },
    engineer: { staging: 'engineer', production: 'viewer' },
    other: { staging: 'viewer' },
  },
} as const

type Organization = TestOrganization<keyof typeof plan.people>

/** Two organizations whose people may sign in with one identity provider, and a clock that a test moves on. */
export interface IdentityWorld {
  readonly stores: TestStores
  readonly issuer: TestIssuer
  readonly api: TestApi
  readonly clock: { now(): ReturnType<typeof instant> }
  readonly organization: Organization
  readonly elsewhere: Organization
  moveOn(milliseconds: number): void
  /** Moves it past all that the database, which has a clock of its own, did until now: tokens are new from then on. */
  moveOnPastNow(): void
  told(path: string, request: ApiRequest): Promise<Told>
  link(key: string | undefined, accessToken: string): Promise<Told>
  unlink(key: string): Promise<Told>
  /** Links somebody to an identity of their own and gives its subject. */
  linked(key: string): Promise<string>
  /** The keys that tokens of a person became, the oldest first. */
  tokenKeys(person: string): Promise<readonly TokenKey[]>
  /** The data of the entries of a type about a subject. */
  entries(type: string, subject: string): Promise<readonly Record<string, unknown>[]>
}

/** The header that asks for the door of an environment. */
export const at = (environment: string) => ({ 'Countersign-Environment': environment })

/** The header that asks for the door of an organization. */
export const of = (organization: string) => ({ 'Countersign-Organization': organization })

export async function openIdentityWorld(): Promise<IdentityWorld> {
  let now = Date.now()
  const clock = { now: () => instant(now) }
  const stores = await openStores()
  const issuer = await openIssuer(['RS256', 'ES256'], clock)
  const api = openApi(stores, { clock, identityProvider: providerOf(issuer, clock) })
  const organization = await api.newOrganization(plan)
  const elsewhere = await api.newOrganization(plan)
  let subjects = 0

  const told: IdentityWorld['told'] = async (path, request) => {
    const response = await api.request(path, request)
    const text = await response.text()
    const { code, detail } = text === '' ? {} : JSON.parse(text)
    return { status: response.status, code, detail }
  }
  const link: IdentityWorld['link'] = (key, accessToken) =>
    told('/v1/me/identity', { key, method: 'PUT', body: { accessToken } })

  return {
    stores,
    issuer,
    api,
    clock,
    organization,
    elsewhere,
    told,
    link,
    moveOn(milliseconds) {
      now += milliseconds
    },
    moveOnPastNow() {
      now = Math.max(now, Date.now() + 1_000)
    },
    unlink: (key) => told('/v1/me/identity', { key, method: 'DELETE' }),
    async linked(key) {
      subjects += 1
      const subject = `person ${subjects}`
      expect(await link(key, await issuer.token(subject))).toMatchObject({ status: 200 })
      return subject
    },
    async tokenKeys(person) {
      const { rows } = await stores.superuser('control').query(
        `SELECT api_key.id, opens, revoked_at IS NOT NULL AS revoked FROM exchanged_token
           JOIN api_key ON api_key.id = exchanged_token.api_key WHERE person = $1 ORDER BY api_key.created_at`,
        [person],
      )
      return rows
    },
    async entries(type, subject) {
      const { rows } = await stores
        .superuser('control')
        .query(
          "SELECT convert_from(leaf, 'UTF8')::jsonb -> 'data' AS data FROM log_entry WHERE type = $1 AND subject = $2 ORDER BY index",
          [type, subject],
        )
      return rows.map(({ data }) => data)
    },
  }
}
