import { isJsonObject, type JsonValue } from '../../domain/json.ts'
import type { Confidence } from '../finding.ts'
import type { ScreeningRule } from '../rule.ts'
import { literalOf } from '../text/literal.ts'

const kinds = ['RSA', 'EC', 'OKP', 'oct']

function isValue(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value.length >= 16 && literalOf(value) === 'strong'
}

/** A private or symmetric key as a JSON Web Key. */
export const privateJwk = Object.freeze<ScreeningRule>({
  name: 'private-jwk',
  about: 'secret',
  finds: 'a private key as a JSON Web Key',
  inStructure({ value }): Confidence | null {
    if (!isJsonObject(value) || !Object.hasOwn(value, 'kty')) return null
    const { kty, d, k } = value
    if (typeof kty !== 'string' || !kinds.includes(kty)) return null
    return isValue(kty === 'oct' ? k : d) ? 'high' : null
  },
})
