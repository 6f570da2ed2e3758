import type { StorePool } from '../../db/pool.ts'
import type { StoreName } from '../../db/stores.ts'
import type { ApiKeyId, EnvironmentId, OrganizationId, PersonId } from '../../domain/identifiers.ts'
import { unreachable } from '../../domain/stream.ts'
import type { Door, EnvironmentKind } from '../context.ts'
import type { Bearer } from '../keys/find-bearer.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import type { Clock, VerifiedToken } from '../ports.ts'
import { Refused } from '../refused.ts'
import { exchangeToken } from './exchange-token.ts'

/** The door that a request with a token asks for; `own` for that of the one organization that its identity is linked in. */
export type AskedDoor =
  | { readonly kind: 'environment'; readonly environment: EnvironmentId }
  | { readonly kind: 'organization'; readonly organization: OrganizationId }
  | { readonly kind: 'own' }

interface IdentityRow {
  readonly organization: OrganizationId
  readonly person: PersonId
  readonly active: boolean
  /** When a link to the identity ended last in that organization. */
  readonly ended_at: Date | null
  readonly environment: EnvironmentId | null
  readonly environment_kind: EnvironmentKind | null
  readonly environment_store: StoreName | null
  readonly api_key: ApiKeyId | null
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
}

// Named, so that the function may answer more without changing what is read.
const byIdentity = `select organization, person, active, ended_at, environment, environment_kind, environment_store,
  api_key, expires_at, revoked_at from find_identity($1, $2, $3, $4)`

function opensOf(asked: AskedDoor): string | null {
  switch (asked.kind) {
    case 'environment':
      return asked.environment
    case 'organization':
      return asked.organization
    case 'own':
      return null
    default:
      return unreachable(asked)
  }
}

function chosenRow(rows: readonly IdentityRow[], asked: AskedDoor): IdentityRow {
  const active = rows.filter((row) => row.active)
  const [first, second] = active
  if (first === undefined) {
    throw new Refused(
      'unauthenticated',
      rows.length === 0
        ? 'Nobody is linked to this identity. Link yourself once, by PUT /v1/me/identity with an API key of yours.'
        : 'The person behind this token is not active.',
    )
  }
  switch (asked.kind) {
    case 'environment': {
      const there = active.find(({ environment }) => environment === asked.environment)
      if (there === undefined) throw notFound()
      return there
    }
    case 'organization': {
      const there = active.find(({ organization }) => organization === asked.organization)
      if (there === undefined) throw notFound()
      return there
    }
    case 'own':
      if (second === undefined) return first
      throw new Refused(
        'invalid-parameter',
        'You are linked in several organizations. Say by the header Countersign-Organization or Countersign-Environment which door to open.',
      )
    default:
      return unreachable(asked)
  }
}

function refuseEnded({ ended_at: endedAt }: IdentityRow, { issuedAt }: VerifiedToken): void {
  if (endedAt === null || endedAt.getTime() < Date.parse(issuedAt)) return
  throw new Refused(
    'unauthenticated',
    'This token was issued before the link to its identity ended, so that it opens nothing any more. Get a new one from the identity provider.',
  )
}

function doorOf(row: IdentityRow): Door {
  const { environment, environment_kind: environmentKind, environment_store: store } = row
  if (environment === null || environmentKind === null || store === null) return { kind: 'organization' }
  return { kind: 'environment', environment, environmentKind, store }
}

/**
 * Whom an access token stands for at a door, by the key that it became there; on its first use it becomes one. Undefined
 * when that key was revoked.
 *
 * @throws Refused `unauthenticated` where nobody active is linked to the identity or the token is from before a link that
 * ended, `not-found` for a door that is not
 * theirs, `invalid-parameter` where the door has to be named.
 */
export async function findTokenBearer(
  control: StorePool,
  clock: Clock,
  token: VerifiedToken,
  asked: AskedDoor,
): Promise<Bearer | undefined> {
  const find = async () => {
    const { issuer, subject } = token.identity
    const { rows } = await control.pool.query<IdentityRow>(byIdentity, [
      issuer,
      subject,
      Buffer.from(token.digest, 'hex'),
      opensOf(asked),
    ])
    const chosen = chosenRow(rows, asked)
    refuseEnded(chosen, token)
    return chosen
  }
  let row = await find()
  if (row.api_key === null) {
    await exchangeToken(control, token, row)
    row = await find()
  }
  const { organization, person, api_key: key, expires_at: expiresAt, revoked_at: revokedAt } = row
  if (key === null || expiresAt === null || revokedAt !== null) return undefined
  if (expiresAt.getTime() <= Date.parse(clock.now())) return undefined
  const door = doorOf(row)
  const human = { actor: person, actorKind: 'human', person } as const
  const proven = { via: 'token', authentication: token.authentication } as const
  return { kind: 'key', caller: { organization, ...human, key, ...proven, door, scopes: null }, expiresAt }
}
