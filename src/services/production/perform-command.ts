import { and, eq, sql } from 'drizzle-orm'
import { authorizedProductionCommand } from '../../db/control/authorized-production-command.ts'
import { environment as environmentTable } from '../../db/control/environment.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { CommandId, OrganizationId } from '../../domain/identifiers.ts'
import { digestOf } from '../../trust/canonical.ts'
import type { ActAnswer } from '../asset-store.ts'
import { AuthorizedBytesDiffer, notAuthorized, type ProductionContext } from './production-context.ts'

/**
 * Carries out one authorized act outside a promotion. May be repeated.
 *
 * @throws AuthorizedBytesDiffer when control shows other bytes than the person sent.
 */
export async function performCommand(
  { control, store }: ProductionContext,
  { organization, command }: { readonly organization: OrganizationId; readonly command: CommandId },
): Promise<ActAnswer> {
  const [row] = await withOrganization(control, organization, (transaction) =>
    transaction
      .select({
        id: authorizedProductionCommand.id,
        kind: authorizedProductionCommand.kind,
        environment: authorizedProductionCommand.environment,
        asset: authorizedProductionCommand.asset,
        type: authorizedProductionCommand.type,
        name: authorizedProductionCommand.name,
        digest: authorizedProductionCommand.contentDigest,
        bytes: authorizedProductionCommand.bytes,
        expectedVersion: authorizedProductionCommand.expectedVersion,
        person: authorizedProductionCommand.person,
        fence: authorizedProductionCommand.fence,
        grantOrigin: sql<string>`log_origin()`,
        grantIndex: authorizedProductionCommand.grantIndex,
        grantLeafHash: authorizedProductionCommand.grantLeafHash,
      })
      .from(authorizedProductionCommand)
      .innerJoin(
        environmentTable,
        and(
          eq(environmentTable.organization, authorizedProductionCommand.organization),
          eq(environmentTable.id, authorizedProductionCommand.environment),
          eq(environmentTable.store, store.name),
        ),
      )
      .where(
        and(
          eq(authorizedProductionCommand.organization, organization),
          eq(authorizedProductionCommand.id, command),
        ),
      ),
  )
  if (row === undefined) return notAuthorized
  const { bytes, grantOrigin: origin, grantIndex: index, grantLeafHash: leafHash, ...act } = row
  if (bytes === null) return { kind: 'refused', code: 'content-erased' }
  if (digestOf(bytes) !== act.digest) throw new AuthorizedBytesDiffer()
  return store.perform({ ...act, organization, bytes, grant: { origin, index, leafHash } })
}
