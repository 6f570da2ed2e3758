import type { AssetId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { Finding } from '../../../domain/plan/finding.ts'
import { describeFinding } from '../../../screening/describe.ts'
import { screenContent } from '../../../screening/screen.ts'

/**
 * What the rules for content say about rendered content, as findings of a plan: sure ones stop it. Staging's content was
 * screened when it entered; rules may have been added since, and only with its bindings is it whole.
 */
export async function confidentialFindings(asset: AssetId, content: JsonValue): Promise<readonly Finding[]> {
  const findings = await screenContent(content)
  return findings.map(
    (finding): Finding => ({
      rule: finding.about === 'secret' ? 'literal-secret' : 'patient-data',
      severity: finding.confidence === 'high' ? 'blocker' : 'warning',
      asset,
      pointer: finding.pointer,
      message: `The rendered content ${describeFinding(finding)}`,
    }),
  )
}
