import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { boundedPattern } from '../text/pattern.ts'
import { needing } from '../text/sign.ts'

const key = boundedPattern('(?:csk_(?:dev|stg|prd|org)|cst)_[0-9a-f]{32}_[0-9A-Za-z]{38}')

/** A key of Countersign itself, or the token of a first sign-in. */
export const countersignKey = Object.freeze<ScreeningRule>({
  name: 'countersign-key',
  about: 'secret',
  finds: 'a key of Countersign',
  needs: needing(['_']),
  inText({ text }): Confidence | null {
    return key.test(text) ? 'high' : null
  },
})
