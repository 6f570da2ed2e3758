import { and, eq, getViewSelectedFields, sql } from 'drizzle-orm'
import { authorizedProductionCommand } from '../../db/control/authorized-production-command.ts'
import { environment as environmentTable } from '../../db/control/environment.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { CommandId, OrganizationId } from '../../domain/identifiers.ts'
import { unreachable } from '../../domain/stream.ts'
import { digestOf } from '../../trust/canonical.ts'
import type { AuthorizedAct } from '../asset-store.ts'
import {
  AuthorizedBytesDiffer,
  notAuthorized,
  type ProductionContext,
  type RefusedAct,
} from './production-context.ts'

type Row = typeof authorizedProductionCommand.$inferSelect

/** What the rows' check guarantees for a kind; a row without it was never stored. */
function named<Value>(value: Value | null): Value {
  if (value === null) throw new Error('an act in production does not name what it is about')
  return value
}

function actOf(row: Row, origin: string): AuthorizedAct | RefusedAct {
  const { organization, id, environment, asset, type, name, expectedVersion, person, fence } = row
  const grant = { origin, index: row.grantIndex, leafHash: row.grantLeafHash }
  const common = { organization, id, environment, asset, type, name, expectedVersion, person, fence, grant }
  switch (row.kind) {
    case 'create-asset':
    case 'write-version': {
      const { bytes } = row
      const digest = named(row.contentDigest)
      if (bytes === null) return { kind: 'refused', code: 'content-erased' }
      if (digestOf(bytes) !== digest) throw new AuthorizedBytesDiffer()
      return { ...common, kind: row.kind, digest, bytes }
    }
    case 'supply-secret':
      return { ...common, kind: row.kind }
    case 'restore':
      return { ...common, kind: row.kind, restoredVersion: named(row.restoredVersion) }
    case 'erase':
      return {
        ...common,
        kind: row.kind,
        erasedVersion: named(row.erasedVersion),
        erasedDigest: named(row.erasedDigest),
      }
    default:
      return unreachable(row.kind)
  }
}

/**
 * An act outside a promotion in an environment of this store, as control's view shows it, or why there is nothing to
 * perform.
 *
 * @throws AuthorizedBytesDiffer when control shows other bytes than the person sent.
 */
export async function readAuthorizedAct(
  { control, store }: ProductionContext,
  { organization, command }: { readonly organization: OrganizationId; readonly command: CommandId },
): Promise<AuthorizedAct | RefusedAct> {
  return withOrganization(control, organization, async (transaction) => {
    const [found] = await transaction
      .select(getViewSelectedFields(authorizedProductionCommand))
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
      )
    if (found === undefined) return notAuthorized
    const { rows } = await transaction.execute<{ origin: string }>(sql`select log_origin() as origin`)
    return actOf(found, named(rows[0]?.origin ?? null))
  })
}
