import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { isValue, literalOf } from '../text/literal.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const pairs = boundedPattern(
  '(?:^|[;?&,\\s"\'])(?:password|pwd|accountkey|sharedaccesskey|sharedsecretvalue|sig)\\s{0,2}=\\s{0,2}["\']?([^;&\\s"\',]{3,300})',
  'gi',
)
const companion = boundedPattern(
  '(?:server|host|data source|endpoint|accountname|jdbc:[a-z0-9]{1,20}:|user id|uid|user|username|dbname|database|ssl|sv|se|sr|defaultendpointsprotocol)\\s{0,2}[=/:]|:\\d{2,5},',
  'i',
)
const oracle = boundedPattern('jdbc:oracle:[a-z]{1,10}:[^\\s/@]{1,80}/([^\\s/@]{3,80})@', 'gi')

/** A connection string that carries its password or key: JDBC, ODBC, libpq, Redis, Azure and their like. */
export const connectionString = Object.freeze<ScreeningRule>({
  name: 'connection-string',
  about: 'secret',
  finds: 'a connection string with its password or key',
  needs: needing(['=', '@']),
  inText({ text }): Confidence | null {
    let found: Confidence | null = null
    for (const [, value = ''] of text.includes('@') ? text.matchAll(oracle) : []) {
      if (isValue(literalOf(value))) return 'high'
    }
    if (!companion.test(text)) return null
    for (const [, value = ''] of text.matchAll(pairs)) {
      const literal = literalOf(value)
      if (!isValue(literal)) continue
      if (literal === 'strong' || (literal === 'weak' && /[0-9]/.test(value) && /\D/.test(value)))
        return 'high'
      found = 'low'
    }
    return found
  },
})
