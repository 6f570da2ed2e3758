import { and, asc, eq, getViewSelectedFields, sql } from 'drizzle-orm'
import { authorizedErasure } from '../../db/control/authorized-erasure.ts'
import { authorizedProductionCommand } from '../../db/control/authorized-production-command.ts'
import { authorizedSecret } from '../../db/control/authorized-secret.ts'
import { environment as environmentTable } from '../../db/control/environment.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { AssetType } from '../../domain/asset/asset-type.ts'
import type { CommandId, OrganizationId, PersonId } from '../../domain/identifiers.ts'
import { unreachable } from '../../domain/stream.ts'
import { digestOf } from '../../trust/canonical.ts'
import type { AuthorizedAct } from '../asset-store.ts'
import { findTypes } from '../assets/types/find-types.ts'
import type { SealedSecret } from '../secrets/seal-secret.ts'
import {
  AuthorizedBytesDiffer,
  notAuthorized,
  type ProductionContext,
  type RefusedAct,
} from './production-context.ts'
import { writtenReferences } from './written-references.ts'

type Row = typeof authorizedProductionCommand.$inferSelect

/** What the rows' check guarantees for a kind; a row without it was never stored. */
function named<Value>(value: Value | null): Value {
  if (value === null) throw new Error('an act in production does not name what it is about')
  return value
}

/** What an act needs besides its row, by its kind. */
interface Enclosed {
  readonly origin: string
  readonly secrets: readonly SealedSecret[]
  readonly people: { readonly proposedBy: PersonId; readonly confirmedBy: PersonId } | undefined
}

async function readEnclosed(transaction: Transaction, command: CommandId): Promise<Enclosed> {
  const { organization } = transaction
  const { rows } = await transaction.execute<{ origin: string }>(sql`select log_origin() as origin`)
  const secrets = await transaction
    .select({ pointer: authorizedSecret.pointer, kid: authorizedSecret.kid, sealed: authorizedSecret.sealed })
    .from(authorizedSecret)
    .where(
      and(eq(authorizedSecret.organization, organization), eq(authorizedSecret.productionCommand, command)),
    )
    .orderBy(asc(authorizedSecret.pointer))
  const [people] = await transaction
    .select({ proposedBy: authorizedErasure.proposedBy, confirmedBy: authorizedErasure.confirmedBy })
    .from(authorizedErasure)
    .where(
      and(eq(authorizedErasure.organization, organization), eq(authorizedErasure.productionCommand, command)),
    )
  return { origin: named(rows[0]?.origin ?? null), secrets, people }
}

function actOf(
  row: Row,
  registered: AssetType | undefined,
  { origin, secrets, people }: Enclosed,
): AuthorizedAct | RefusedAct {
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
      const references = writtenReferences(registered, bytes)
      return { ...common, kind: row.kind, digest, bytes, secrets, references }
    }
    case 'supply-secret':
      return { ...common, kind: row.kind, secrets }
    case 'restore':
      return { ...common, kind: row.kind, restoredVersion: named(row.restoredVersion) }
    case 'erase':
      if (people === undefined) return notAuthorized
      return {
        ...common,
        ...people,
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
    const types = await findTypes(transaction, [found.type])
    return actOf(found, types.get(found.type), await readEnclosed(transaction, command))
  })
}
