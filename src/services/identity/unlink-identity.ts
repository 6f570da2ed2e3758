import { withOrganization } from '../../db/transaction.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { authoriseLink } from './authorise-link.ts'
import { removeLink } from './remove-link.ts'

/**
 * Removes the caller's link to an identity: its tokens open nothing any more. Without one nothing changes.
 *
 * @throws Refused `forbidden` for a service account and for a token.
 */
export async function unlinkIdentity(context: ServiceContext): Promise<void> {
  const { caller, stores } = context
  await withOrganization(stores.control, caller.organization, async (transaction) => {
    await authoriseLink(transaction, context, 'unlink')
    const entries = await removeLink(transaction, caller.person, entryActor(caller))
    if (entries.length > 0) await appendEntries(transaction, entries)
  })
}
