import { withOrganization } from '../../db/transaction.ts'
import { missingSecrets } from '../../domain/asset/secrets.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { RevisionReference } from '../../domain/promotion/revision.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import { findTypes } from '../assets/types/find-types.ts'
import { suppliedSecrets } from '../assets/view/supplied-secrets.ts'
import type { ServiceContext } from '../context.ts'
import { storeOfEnvironment } from '../environments/store-of-environment.ts'
import { Refused } from '../refused.ts'
import { readLanded } from './read-landed.ts'

/**
 * Keeps out of use what lacks a secret: a copy lands without the values of staging, and would call others without them.
 *
 * @throws Refused `illegal-state`, naming every asset and place that production has no value for.
 */
export async function refuseMissingSecrets(
  context: ServiceContext,
  reference: Pick<RevisionReference, 'promotion' | 'revision'>,
  destination: EnvironmentId,
): Promise<void> {
  const { organization } = context.caller
  const { landed, types } = await withOrganization(
    context.stores.control,
    organization,
    async (transaction) => {
      const rows = await readLanded(transaction, reference)
      const names = rows.map(({ type }) => type)
      return { landed: rows, types: await findTypes(transaction, names) }
    },
  )
  const store = await storeOfEnvironment(context, destination)
  const supplied = await withOrganization(store, organization, (transaction) =>
    suppliedSecrets(
      transaction,
      landed.map(({ target }) => target),
    ),
  )
  const lacking = landed.flatMap(({ type: name, target, bytes }) => {
    const type = types.get(name)
    if (type === undefined || bytes === null) return []
    return missingSecrets(type, parseStrict(bytes), supplied.get(target) ?? new Set()).map((pointer) => ({
      pointer,
      message: `has no value in production. Supply it to asset ${target}`,
    }))
  })
  if (lacking.length === 0) return
  throw new Refused(
    'illegal-state',
    'Production has no value for secrets of what landed. Supply them with PUT /v1/assets/{asset}/secrets/{field}, then activate.',
    lacking,
  )
}
