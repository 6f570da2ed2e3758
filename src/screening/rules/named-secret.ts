import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { judge, secretKind } from './secret-name.ts'

/** A literal under a name that promises a secret: `"clientSecret": "…"`, `{ "name": "X-API-Key", "value": "…" }`. */
export const namedSecret = Object.freeze<ScreeningRule>({
  name: 'named-secret',
  about: 'secret',
  finds: 'a secret, by the name it stands under',
  inText({ text, names, place }): Confidence | null {
    if (place === 'name' || text.length > 10_000) return null
    let found: Confidence | null = null
    for (const name of names) {
      const kind = secretKind(name)
      const confidence = kind === undefined ? null : judge(kind, text)
      if (confidence === 'high') return confidence
      found ??= confidence
    }
    return found
  },
})
