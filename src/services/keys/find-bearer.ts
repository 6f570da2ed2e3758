import { timingSafeEqual } from 'node:crypto'
import type { StorePool } from '../../db/pool.ts'
import type { StoreName } from '../../db/stores.ts'
import type { ActorId, ApiKeyId, EnvironmentId, OrganizationId, PersonId } from '../../domain/identifiers.ts'
import type { Caller, EnvironmentKind } from '../context.ts'
import type { Clock } from '../ports.ts'
import { type BearerToken, secretDigest } from './bearer-token.ts'

/** A person who holds a sign-in token: known, but allowed nothing except making keys. */
export interface SignIn {
  readonly organization: OrganizationId
  readonly person: PersonId
}

/** Whom a bearer token stands for. */
export type Bearer =
  | { readonly kind: 'key'; readonly caller: Caller; readonly expiresAt: Date | null }
  | { readonly kind: 'sign-in'; readonly signIn: SignIn }

interface KeyRow {
  readonly organization: OrganizationId
  readonly id: ApiKeyId
  readonly actor: ActorId
  readonly actor_kind: Caller['actorKind']
  readonly person: PersonId
  readonly active: boolean
  readonly door: 'organization' | 'environment'
  readonly environment: EnvironmentId | null
  readonly environment_kind: EnvironmentKind | null
  readonly environment_store: StoreName | null
  readonly scopes: readonly string[] | null
  readonly secret_digest: Buffer
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
}

interface SignInRow {
  readonly organization: OrganizationId
  readonly person: PersonId
  readonly active: boolean
  readonly secret_digest: Buffer
  readonly expires_at: Date
}

// Prepared, since every request begins with it; its columns are named, so that one more changes no plan.
const keyById = {
  name: 'find_api_key',
  text: `select organization, id, actor, actor_kind, person, active, door, environment, environment_kind,
      environment_store, scopes, secret_digest, expires_at, revoked_at
    from find_api_key($1)`,
}

const signInById =
  'select organization, person, active, secret_digest, expires_at from find_sign_in_token($1)'

function fits(secret: string, stored: Buffer): boolean {
  return timingSafeEqual(Buffer.from(secretDigest(secret), 'hex'), stored)
}

function doorOf({ environment, environment_kind: kind, environment_store: store }: KeyRow): Caller['door'] {
  if (environment === null || kind === null || store === null) return { kind: 'organization' }
  return { kind: 'environment', environment, environmentKind: kind, store }
}

async function findKey(control: StorePool, token: BearerToken, now: number): Promise<Bearer | undefined> {
  const { rows } = await control.pool.query<KeyRow>(keyById, [token.id])
  const [row] = rows
  if (row === undefined || !fits(token.secret, row.secret_digest)) return undefined
  const expired = row.expires_at !== null && row.expires_at.getTime() <= now
  if (expired || row.revoked_at !== null || !row.active) return undefined
  const door = doorOf(row)
  if (token.kind !== (door.kind === 'organization' ? 'organization' : door.environmentKind)) return undefined
  const { organization, actor, actor_kind: actorKind, person, id: key, scopes } = row
  const proven = { via: 'key', authentication: { method: 'key' } } as const
  const caller: Caller = { organization, actor, actorKind, person, key, ...proven, door, scopes }
  return { kind: 'key', caller, expiresAt: row.expires_at }
}

async function findSignIn(control: StorePool, token: BearerToken, now: number): Promise<Bearer | undefined> {
  const { rows } = await control.pool.query<SignInRow>(signInById, [token.id])
  const [row] = rows
  if (row === undefined || !fits(token.secret, row.secret_digest)) return undefined
  if (!row.active || row.expires_at.getTime() <= now) return undefined
  return { kind: 'sign-in', signIn: { organization: row.organization, person: row.person } }
}

/**
 * Whom a token stands for; undefined when there is no such key, its secret is another, it has expired, was revoked, or
 * its person is not active. Which of these it was is not told.
 */
export async function findBearer(
  control: StorePool,
  clock: Clock,
  token: BearerToken,
): Promise<Bearer | undefined> {
  const now = Date.parse(clock.now())
  return token.kind === 'sign-in' ? findSignIn(control, token, now) : findKey(control, token, now)
}
