import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const identifier = boundedPattern('(?:^|[^A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?:$|[^A-Za-z0-9])')

/** The id of an access key of AWS, long-lived or of a session. Its secret half is found by its name. */
export const awsKey = Object.freeze<ScreeningRule>({
  name: 'aws-key',
  about: 'secret',
  finds: 'an access key of AWS',
  needs: needing(['upper']),
  inText({ text }): Confidence | null {
    return identifier.test(text) ? 'high' : null
  },
})
