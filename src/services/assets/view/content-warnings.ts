import { withOrganization } from '../../../db/transaction.ts'
import { describeFinding } from '../../../screening/describe.ts'
import type { ScreeningFinding } from '../../../screening/finding.ts'
import { screenContent } from '../../../screening/screen.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { readContent } from '../../content/save-content.ts'
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

/** Adds what the rules say about the bytes of an asset's newest version; nothing where these were erased. */
export async function withWarnings(
  { store, control }: OpenEnvironment,
  asset: AssetState,
): Promise<ScreenedAsset> {
  const { digest } = asset
  if (digest === null) return { ...asset, warnings: [] }
  const bytes = await withOrganization(store, control.organization, (transaction) =>
    readContent(transaction, digest),
  )
  const findings = bytes === undefined ? [] : await screenContent(parseStrict(bytes))
  return { ...asset, warnings: warningsOf(findings) }
}
