import { withOrganization } from '../../db/transaction.ts'
import type { ServiceContext } from '../context.ts'
import type { PagePlace } from '../people/read-people.ts'
import { requireRight } from '../people/require-right.ts'
import { type KeyView, readKeys } from './read-keys.ts'

/** The caller's own keys and those of the service accounts they own, as far as the key they call with sees. */
export async function listKeys(
  { caller, stores }: ServiceContext,
  { after, limit }: { readonly after: PagePlace | undefined; readonly limit: number },
): Promise<readonly KeyView[]> {
  const { organization, actor, door } = caller
  const environment = door.kind === 'environment' ? door.environment : null
  return withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'key.make')
    return readKeys(transaction, { actor, environment }, after, limit)
  })
}
