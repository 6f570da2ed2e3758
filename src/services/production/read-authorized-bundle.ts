import { and, asc, eq, sql } from 'drizzle-orm'
import { authorizedItem } from '../../db/control/authorized-item.ts'
import { environment as environmentTable } from '../../db/control/environment.ts'
import type { GrantPurpose } from '../../db/control/production-grant.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { RevisionReference } from '../../domain/promotion/revision.ts'
import type { AuthorizedBundle, AuthorizedItem } from '../asset-store.ts'
import { findTypes } from '../assets/types/find-types.ts'
import type { ProductionContext } from './production-context.ts'
import { writtenReferences } from './written-references.ts'

/** A bundle as control shows it, and whether any of its bytes were erased there; those are empty in it. */
export interface ShownBundle {
  readonly bundle: AuthorizedBundle
  readonly erased: boolean
}

/** What control authorized for a purpose in this store; undefined when that is nothing. */
export async function readAuthorizedBundle(
  { control, store }: ProductionContext,
  { organization, promotion, revision }: RevisionReference,
  purpose: GrantPurpose,
): Promise<ShownBundle | undefined> {
  const { rows, types } = await withOrganization(control, organization, async (transaction) => {
    const shown = await transaction
      .select({
        position: authorizedItem.position,
        environment: authorizedItem.environment,
        type: authorizedItem.type,
        name: authorizedItem.name,
        action: authorizedItem.action,
        target: authorizedItem.targetAsset,
        baselineVersion: authorizedItem.baselineVersion,
        baselineDigest: authorizedItem.baselineDigest,
        digest: authorizedItem.renderedDigest,
        bytes: authorizedItem.bytes,
        fence: authorizedItem.fence,
        person: authorizedItem.person,
        grantOrigin: sql<string>`log_origin()`,
        grantIndex: authorizedItem.grantIndex,
        grantLeafHash: authorizedItem.grantLeafHash,
        basis: authorizedItem.basis,
      })
      .from(authorizedItem)
      .innerJoin(
        environmentTable,
        and(
          eq(environmentTable.organization, authorizedItem.organization),
          eq(environmentTable.id, authorizedItem.environment),
          eq(environmentTable.store, store.name),
        ),
      )
      .where(
        and(
          eq(authorizedItem.organization, organization),
          eq(authorizedItem.promotion, promotion),
          eq(authorizedItem.revision, revision),
          eq(authorizedItem.purpose, purpose),
        ),
      )
      .orderBy(asc(authorizedItem.position))
    return {
      rows: shown,
      types: await findTypes(
        transaction,
        shown.map(({ type }) => type),
      ),
    }
  })
  const [first] = rows
  if (first === undefined) return undefined
  const grant = { origin: first.grantOrigin, index: first.grantIndex, leafHash: first.grantLeafHash }
  const items = rows.map((row): AuthorizedItem => {
    const { baselineVersion, baselineDigest, grantOrigin, grantIndex, grantLeafHash, basis, ...item } = row
    const baseline = baselineDigest === null ? null : { version: baselineVersion, digest: baselineDigest }
    const references = writtenReferences(types.get(item.type), item.bytes)
    return { ...item, bytes: item.bytes ?? new Uint8Array(), references, baseline }
  })
  return {
    bundle: {
      ...{ organization, promotion, revision, grant, items },
      ...(first.basis === 'plan' ? { basis: first.basis } : {}),
    },
    erased: rows.some(({ bytes }) => bytes === null),
  }
}
