import { personIdentity } from '../../db/control/person-identity.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { withOrganization } from '../../db/transaction.ts'
import { violatedConstraint } from '../../db/violated-constraint.ts'
import { appendEntries, type EntryDraft } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { type IdentityProvider, IdentityProviderAway, type VerifiedToken } from '../ports.ts'
import { Refused } from '../refused.ts'
import { authoriseLink } from './authorise-link.ts'
import { hasEnded } from './has-ended.ts'
import { type LinkedIdentity, readIdentity } from './read-identity.ts'
import { removeLink, toldIdentity } from './remove-link.ts'

function refusedToken(detail: string): Refused {
  const message = 'is no access token that is valid here'
  return new Refused('invalid-body', detail, [{ pointer: '/accessToken', message }])
}

function awayFromLinking(error: unknown): unknown {
  if (!(error instanceof IdentityProviderAway)) return error
  return new Refused(
    'unavailable',
    'The identity provider cannot be reached for the moment, so that the access token cannot be checked. Nothing was changed; try again shortly.',
  )
}

async function verifiedBy(
  provider: IdentityProvider | undefined,
  accessToken: string,
): Promise<VerifiedToken> {
  if (provider === undefined) {
    throw new Refused(
      'illegal-state',
      'This installation is connected to no identity provider. Whoever runs it has to name one.',
    )
  }
  const verified = await provider.verify(accessToken).catch((error) => {
    throw awayFromLinking(error)
  })
  if (verified !== undefined) return verified
  throw refusedToken(
    'The access token is expired, not signed by the identity provider, or of another issuer, audience or type.',
  )
}

function takenBySomebody(error: unknown): unknown {
  if (violatedConstraint(error) !== 'person_identity_organization_issuer_subject_key') return error
  return new Refused(
    'illegal-state',
    'Somebody else of the organization is linked to this identity. They have to unlink it first.',
  )
}

/**
 * Links the caller to the identity of an access token, in the place of any that was linked before: holding a key of the
 * person and a token of the identity is the proof that they are one. The same again changes nothing.
 *
 * @throws Refused `forbidden` for whoever may not, `unauthenticated` with a key that was revoked meanwhile, `invalid-body`
 * for a token that is not valid or from before a link that ended, `illegal-state` where somebody else is linked to the
 * identity or there is no identity provider, `unavailable` while it is away.
 */
export async function linkIdentity(context: ServiceContext, accessToken: string): Promise<LinkedIdentity> {
  const { caller, stores, identityProvider } = context
  const { organization, person } = caller
  await withOrganization(stores.control, organization, (transaction) =>
    authoriseLink(transaction, context, 'link'),
  )
  // Between two transactions, so that none is kept waiting for the identity provider.
  const token = await verifiedBy(identityProvider, accessToken)
  const { identity } = token
  return withOrganization(stores.control, organization, async (transaction) => {
    await authoriseLink(transaction, context, 'link')
    const before = await readIdentity(transaction, person)
    if (before?.issuer === identity.issuer && before.subject === identity.subject) return before
    const actor = entryActor(caller)
    const removed = await removeLink(transaction, person, actor)
    await insertRows(transaction, personIdentity, [{ organization, person, ...identity }]).catch((error) => {
      throw takenBySomebody(error)
    })
    // After the link, which waits for whoever is ending theirs to the same identity.
    if (await hasEnded(transaction, token)) {
      throw refusedToken(
        'The access token was issued before a link to its identity ended. Get a new one from the identity provider.',
      )
    }
    const linked: EntryDraft = {
      type: 'person-identity.linked',
      subject: `person/${person}`,
      actor,
      details: { before: null, after: await toldIdentity(transaction, identity) },
    }
    const after = await readIdentity(transaction, person)
    if (after === undefined) throw notFound()
    await appendEntries(transaction, [...removed, linked])
    return after
  })
}
