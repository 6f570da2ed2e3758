import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { asset } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { assetsFileFormat, mostAssetsInFile, mostFileBytes } from '../../../domain/asset/assets-file.ts'
import { withoutPartnerDetail } from '../../../domain/asset/partner-owned.ts'
import { type Digest, digest, type EnvironmentId } from '../../../domain/identifiers.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { appendEntries } from '../../audit/append-entries.ts'
import type { ServiceContext } from '../../context.ts'
import { type EnvironmentView, readEnvironment } from '../../environments/read-environments.ts'
import { entryActor } from '../../people/entry-actor.ts'
import { requireAct } from '../../people/require-right.ts'
import { Refused } from '../../refused.ts'
import { type OpenEnvironment, openEnvironment } from '../rules/open-environment.ts'
import { findTypes } from '../types/find-types.ts'
import { contentReadEntries } from '../view/log-content-read.ts'

export interface Export {
  readonly environment: EnvironmentId
  /** Only assets of this type. */
  readonly type?: string | undefined
}

export interface ExportedFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly digest: Digest
}

const contentsAtOnce = 500

type ExportedRow = Awaited<ReturnType<typeof readRows>>[number]

// Erased content cannot be carried anywhere, so its asset is left out, as deleted ones are.
function readRows(transaction: Transaction, environment: EnvironmentId, type: string | undefined) {
  const { organization } = transaction
  return transaction
    .select({
      id: asset.id,
      type: asset.type,
      name: asset.name,
      version: asset.version,
      digest: assetVersion.digest,
      size: sql<number>`octet_length(${content.bytes})`,
    })
    .from(asset)
    .innerJoin(
      assetVersion,
      and(
        eq(assetVersion.organization, asset.organization),
        eq(assetVersion.asset, asset.id),
        eq(assetVersion.version, asset.version),
      ),
    )
    .innerJoin(
      content,
      and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
    )
    .where(
      and(
        eq(asset.organization, organization),
        eq(asset.environment, environment),
        isNull(asset.deletedAt),
        sql`${content.bytes} is not null`,
        type === undefined ? undefined : eq(asset.type, type),
      ),
    )
    .orderBy(asc(sql`${asset.type} collate "C"`), asc(sql`${asset.name} collate "C"`), asc(asset.id))
    .limit(mostAssetsInFile + 1)
}

/** Content as whoever reads it sees it: of what a partner owns no detail. */
function shownOf(type: AssetType | undefined, bytes: Uint8Array): Uint8Array {
  if (type === undefined || (type.partnerOwned ?? []).length === 0) return bytes
  return canonicalBytes(withoutPartnerDetail(type, parseStrict(bytes)))
}

async function readContents(
  transaction: Transaction,
  rows: readonly ExportedRow[],
): Promise<ReadonlyMap<Digest, Uint8Array>> {
  const found = new Map<Digest, Uint8Array>()
  const digests = [...new Set(rows.map((row) => row.digest))]
  for (let first = 0; first < digests.length; first += contentsAtOnce) {
    const some = inArray(content.digest, digests.slice(first, first + contentsAtOnce))
    const stored = await transaction
      .select({ digest: content.digest, bytes: content.bytes })
      .from(content)
      .where(and(eq(content.organization, transaction.organization), some))
    for (const one of stored) if (one.bytes !== null) found.set(one.digest, one.bytes)
  }
  return found
}

function refuseTooMuch(rows: readonly ExportedRow[]): void {
  const size = rows.reduce((sum, row) => sum + row.size, 0)
  if (rows.length <= mostAssetsInFile && size <= mostFileBytes) return
  throw tooMuch()
}

function tooMuch(): Refused {
  return new Refused(
    'too-large',
    `A file has at most ${mostAssetsInFile} assets and ${mostFileBytes} bytes. Export type by type with ?type=.`,
  )
}

/** Canonical by RFC 8785 without reading the contents again: they are stored so, and members stand in order. */
function fileOf(
  { id, name, kind }: EnvironmentView,
  rows: readonly ExportedRow[],
  contents: ReadonlyMap<Digest, Uint8Array>,
  types: ReadonlyMap<string, AssetType>,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [Buffer.from('{"assets":[')]
  for (const row of rows) {
    const bytes = contents.get(row.digest)
    if (bytes === undefined) continue
    const rest = canonicalBytes({
      digest: row.digest,
      id: row.id,
      name: row.name,
      type: row.type,
      version: row.version,
    })
    parts.push(Buffer.from(parts.length === 1 ? '{"content":' : ',{"content":'))
    parts.push(shownOf(types.get(row.type), bytes))
    parts.push(Buffer.from(','), rest.subarray(1))
  }
  const environment = canonicalBytes({ id, kind, name })
  parts.push(Buffer.from('],"environment":'), environment, Buffer.from(`,"format":"${assetsFileFormat}"}`))
  return Buffer.concat(parts)
}

async function readFile(opened: OpenEnvironment, { type }: Export) {
  const { control, store, environment } = opened
  const shown = await readEnvironment(control, environment)
  if (shown === undefined) throw new RangeError('an open environment exists')
  return withOrganization(store, control.organization, async (transaction) => {
    const rows = await readRows(transaction, environment, type)
    refuseTooMuch(rows)
    const names = rows.map((row) => row.type)
    const types = await findTypes(control, names)
    const bytes = fileOf(shown, rows, await readContents(transaction, rows), types)
    if (bytes.byteLength > mostFileBytes) throw tooMuch()
    return { bytes, digest: digest(digestOf(bytes)), rows }
  })
}

/**
 * The assets of the environment of the caller's key as one canonical JSON file, in an order that only a change changes.
 * In production the export is an entry of the log, as is each version that is read by it, and nothing leaves before they are
 * committed.
 *
 * @throws Refused `not-found` for another environment, `too-large` for more than a file may hold.
 */
export async function exportAssets(context: ServiceContext, asked: Export): Promise<ExportedFile> {
  return openEnvironment(context, asked.environment, async (opened) => {
    const { kind, standing, environment, control } = opened
    requireAct('assets.export', standing, { through: 'environment' })
    const { bytes, digest: ofFile, rows } = await readFile(opened, asked)
    if (kind === 'production') {
      const read = rows.map(({ id, ...version }) => ({ ...version, asset: id }))
      await appendEntries(control, [
        ...(await contentReadEntries(context, opened, read)),
        {
          type: 'assets.exported',
          subject: `environment/${environment}`,
          actor: entryActor(context.caller),
          environment,
          details: { file: ofFile, assets: rows.length },
        },
      ])
    }
    return { bytes, digest: ofFile }
  })
}
