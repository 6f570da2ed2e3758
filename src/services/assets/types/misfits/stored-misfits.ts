import { setImmediate } from 'node:timers/promises'
import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import { activeVersion } from '../../../../db/environment/active-version.ts'
import { asset } from '../../../../db/environment/asset.ts'
import { assetVersion } from '../../../../db/environment/asset-version.ts'
import { content } from '../../../../db/every-store/content.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import { claimsOf } from '../../../../domain/asset/claims.ts'
import { ownReferencesOf } from '../../../../domain/asset/references/references.ts'
import type { AssetId } from '../../../../domain/identifiers.ts'
import { parseStrict } from '../../../../trust/strict-parse.ts'
import type { ReferringVersion } from '../../references/insert-references.ts'
import { type ChangedType, type Misfit, problemsUnder } from './misfit.ts'
import { changesReferences, referenceMisfits } from './reference-misfits.ts'

// Content has up to 1 MiB, and a page of it stands in memory at once.
const pageSize = 50

/** The newest version of each asset of a type that is not deleted, and the one in use, by id: one page after `after`. */
function readPage(transaction: Transaction, type: string, after: AssetId | undefined) {
  return transaction
    .select({
      asset: asset.id,
      environment: asset.environment,
      version: assetVersion.version,
      newest: sql<boolean>`${assetVersion.version} = ${asset.version}`,
      bytes: content.bytes,
    })
    .from(asset)
    .leftJoin(
      activeVersion,
      and(eq(activeVersion.organization, asset.organization), eq(activeVersion.asset, asset.id)),
    )
    .innerJoin(
      assetVersion,
      and(
        eq(assetVersion.organization, asset.organization),
        eq(assetVersion.asset, asset.id),
        or(eq(assetVersion.version, asset.version), eq(assetVersion.version, activeVersion.version)),
      ),
    )
    .innerJoin(
      content,
      and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
    )
    .where(
      and(
        eq(asset.organization, transaction.organization),
        eq(asset.type, type),
        isNull(asset.deletedAt),
        after === undefined ? undefined : gt(asset.id, after),
      ),
    )
    .orderBy(asc(asset.id), asc(assetVersion.version))
    .limit(pageSize)
}

/**
 * What stands in one environment store and would not fit a changed type, at most `limit` of them. It calls `onPage`
 * after each page, so that the caller's own transaction does not idle until it is ended.
 */
export async function storedMisfits(
  transaction: Transaction,
  changed: ChangedType,
  limit: number,
  onPage: () => Promise<unknown>,
): Promise<readonly Misfit[]> {
  const misfits: Misfit[] = []
  const holders = new Map<string, number>()
  const refersOtherwise = changesReferences(changed.before, changed.type)
  let after: AssetId | undefined
  for (;;) {
    const rows = await readPage(transaction, changed.type.name, after)
    const last = rows.at(-1)?.asset
    const isFull = rows.length === pageSize
    // The last asset of a full page may have another version on the next one.
    const whole = isFull ? rows.filter((row) => row.asset !== last) : rows
    const referring: ReferringVersion[] = []
    for (const { asset: id, environment, version, newest, bytes } of whole) {
      if (bytes === null) continue
      // Each may take its time; whoever else asks is answered in between.
      await setImmediate()
      const stored = parseStrict(bytes)
      const place = { asset: id, environment, what: `version ${version}` }
      misfits.push(...problemsUnder(changed, stored).map((problem) => ({ ...place, ...problem })))
      if (refersOtherwise) {
        referring.push({
          asset: id,
          environment,
          version,
          references: ownReferencesOf(changed.type, stored),
        })
      }
      if (!newest) continue
      for (const { key, pointer, maximum } of claimsOf(changed.type, stored)) {
        const held = (holders.get(`${environment}/${key}`) ?? 0) + 1
        holders.set(`${environment}/${key}`, held)
        if (held > maximum) misfits.push({ ...place, pointer, message: 'is held by another asset already' })
      }
    }
    misfits.push(...(await referenceMisfits(transaction, referring)))
    if (!isFull || misfits.length >= limit) return misfits.slice(0, limit)
    after = whole.at(-1)?.asset
    await onPage()
  }
}
