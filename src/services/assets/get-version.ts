import { eq } from 'drizzle-orm'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { withOrganization } from '../../db/transaction.ts'
import { withoutPartnerDetail } from '../../domain/asset/partner-owned.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import { readContent } from '../content/save-content.ts'
import type { ServiceContext } from '../context.ts'
import { Refused } from '../refused.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { findTypes } from './types/find-types.ts'
import { unknownAsset } from './view/asset-state.ts'
import { logContentRead } from './view/log-content-read.ts'
import { readVersions, type VersionState } from './view/version-state.ts'

export interface VersionWithContent extends VersionState {
  /** Null once it was erased. */
  readonly content: JsonValue
}

/**
 * One version of an asset with its content, without the detail of what a partner owns. Who reads content of production
 * is an entry of the log.
 *
 * @throws Refused `not-found`.
 */
export function getVersion(
  context: ServiceContext,
  asset: AssetId,
  version: number,
): Promise<VersionWithContent> {
  return openEnvironment(context, null, async (opened) => {
    const { store, kind, control } = opened
    const stored = await withOrganization(store, context.caller.organization, async (transaction) => {
      const versions = await readVersions(opened, transaction, asset, eq(assetVersion.version, version), 1)
      if (versions === undefined) throw unknownAsset()
      const [state] = versions
      if (state === undefined) throw new Refused('not-found', 'The asset has no such version.')
      const bytes = await readContent(transaction, state.digest)
      return { ...state, content: bytes === undefined ? null : parseStrict(bytes) }
    })
    const type = (await findTypes(control, [stored.type])).get(stored.type)
    const { content } = stored
    const shown = type === undefined || content === null ? content : withoutPartnerDetail(type, content)
    const found = { ...stored, content: shown }
    if (kind === 'production' && found.content !== null) await logContentRead(context, opened, found)
    return found
  })
}
