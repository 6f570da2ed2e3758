import { withOrganization } from '../../../db/transaction.ts'
import type { Digest } from '../../../domain/identifiers.ts'
import { describeFinding } from '../../../screening/describe.ts'
import type { ScreeningFinding } from '../../../screening/finding.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { hasContent, readContent } from '../../content/save-content.ts'
import type { ServiceContext } from '../../context.ts'
import { screenStored } from '../../screening/screen-stored.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'
import type { AssetState } from './asset-state.ts'

/** Something in content that looks as if it should not be there. */
export interface ContentWarning {
  readonly rule: string
  /** JSON Pointer into the content. */
  readonly pointer: string
  readonly message: string
}

/** An asset with what speaks against the content of its newest version. */
export interface ScreenedAsset extends AssetState {
  readonly warnings: readonly ContentWarning[]
}

/** Findings as warnings. Sure ones too: content may be older than a rule, or than the custom of screening it. */
export function warningsOf(findings: readonly ScreeningFinding[]): readonly ContentWarning[] {
  return findings.map((finding) => ({
    rule: finding.rule,
    pointer: finding.pointer,
    message: describeFinding(finding),
  }))
}

/** What the rules say about bytes that stand in the environment; nothing once they were erased. */
async function findingsIn(
  context: ServiceContext,
  { store }: OpenEnvironment,
  digest: Digest,
): Promise<readonly ScreeningFinding[]> {
  const { organization } = context.caller
  const remembered = context.screenings.recall(organization, digest)
  if (remembered !== undefined) {
    const stands = await withOrganization(store, organization, (transaction) =>
      hasContent(transaction, digest),
    )
    return stands ? remembered : []
  }
  const bytes = await withOrganization(store, organization, (transaction) => readContent(transaction, digest))
  return bytes === undefined ? [] : screenStored(context, { digest, content: parseStrict(bytes) })
}

/** Adds what the rules say about the bytes of an asset's newest version; nothing where these were erased. */
export async function withWarnings(
  context: ServiceContext,
  opened: OpenEnvironment,
  asset: AssetState,
): Promise<ScreenedAsset> {
  const { digest } = asset
  const findings = digest === null ? [] : await findingsIn(context, opened, digest)
  return { ...asset, warnings: warningsOf(findings) }
}
