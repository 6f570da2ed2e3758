import { v7 as uuidv7 } from 'uuid'
import { exchangedToken } from '../../db/control/exchanged-token.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import {
  type ApiKeyId,
  type EnvironmentId,
  identifier,
  type OrganizationId,
  type PersonId,
} from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { insertTokenKey } from '../keys/insert-key.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { requireActive } from '../people/require-right.ts'
import type { VerifiedToken } from '../ports.ts'
import { hasEnded } from './has-ended.ts'
import { readIdentity } from './read-identity.ts'

/** The door at which a person's token is used for the first time. */
export interface ExchangeAt {
  readonly organization: OrganizationId
  readonly person: PersonId
  /** Null for the organization's own. */
  readonly environment: EnvironmentId | null
}

/**
 * Makes the key that an access token stands for at a door, once: where requests bring the same token at the same moment,
 * one makes it and the others find it. It ends with the token and has no secret. None is made where the link is another
 * meanwhile, or ended since the token was issued.
 *
 * @throws Refused `not-found` for an environment in which the person has no role, `unauthenticated` for somebody
 * deactivated.
 */
export async function exchangeToken(
  control: StorePool,
  token: VerifiedToken,
  { organization, person, environment }: ExchangeAt,
): Promise<void> {
  const { identity, digest: tokenDigest, expiresAt, authentication } = token
  const { authenticatedAt, acr, amr } = authentication
  await withOrganization(control, organization, async (transaction) => {
    // This holds the person's row, so that their link stays as it is read here.
    const standing = await requireActive(transaction, { actor: person }, environment)
    const linked = await readIdentity(transaction, person)
    if (linked?.issuer !== identity.issuer || linked.subject !== identity.subject) return
    if (await hasEnded(transaction, token)) return
    if (environment !== null && standing.environmentRole === null) throw notFound()
    const id = identifier<ApiKeyId>(uuidv7())
    const exchanged = {
      organization,
      person,
      tokenDigest,
      opens: environment ?? organization,
      door: environment === null ? ('organization' as const) : ('environment' as const),
      apiKey: id,
      authenticatedAt: authenticatedAt && new Date(authenticatedAt),
      acr,
      amr,
    }
    const inserted = await insertRows(transaction, exchangedToken, [exchanged], 'ignore')
    if (inserted === 0) return
    const entry = await insertTokenKey(transaction, { id, person, environment, expiresAt, authentication })
    await appendEntries(transaction, [entry])
  })
}
