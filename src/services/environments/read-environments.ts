import { and, asc, eq } from 'drizzle-orm'
import { environment as environmentTable } from '../../db/control/environment.ts'
import type { EnvironmentRole } from '../../db/control/environment-member.ts'
import type { StoreName } from '../../db/stores.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, EnvironmentId } from '../../domain/identifiers.ts'
import type { EnvironmentKind } from '../context.ts'
import { environmentRoleOf } from './environment-role-of.ts'

export interface EnvironmentView {
  readonly id: EnvironmentId
  readonly name: string
  readonly kind: EnvironmentKind
  readonly store: StoreName
}

const view = {
  id: environmentTable.id,
  name: environmentTable.name,
  kind: environmentTable.kind,
  store: environmentTable.store,
}

/** An environment of the organization, whoever may see it; undefined when there is none. */
export async function readEnvironment(
  transaction: Transaction,
  id: EnvironmentId,
): Promise<EnvironmentView | undefined> {
  const { organization } = transaction
  const one = and(eq(environmentTable.organization, organization), eq(environmentTable.id, id))
  const [row] = await transaction.select(view).from(environmentTable).where(one)
  return row
}

export interface EnvironmentOfActor extends EnvironmentView {
  readonly role: EnvironmentRole | null
}

/** Every environment of the organization, oldest first, with the role an actor has in it. */
export async function readEnvironmentsOf(
  transaction: Transaction,
  actor: ActorId,
): Promise<readonly EnvironmentOfActor[]> {
  return transaction
    .select({ ...view, role: environmentRoleOf(actor, environmentTable.id) })
    .from(environmentTable)
    .where(eq(environmentTable.organization, transaction.organization))
    .orderBy(asc(environmentTable.createdAt), asc(environmentTable.id))
}
