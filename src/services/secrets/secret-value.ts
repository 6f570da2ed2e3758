import type { FoundSecret } from '../../domain/asset/secrets.ts'
import { Refused } from '../refused.ts'

/** The value of a secret field in the clear: between the request and its sealing, and nowhere else. */
export interface SecretValue {
  readonly pointer: string
  readonly value: string
}

const mostBytes = 64 * 1024

/** What is wrong with a value as that of a secret; null when nothing is. */
export function problemOfSecret(value: unknown): string | null {
  if (typeof value !== 'string') return 'is a secret, which is a string'
  if (value === '') return 'is a secret, which is not empty'
  return Buffer.byteLength(value) > mostBytes ? 'is a secret, which has at most 64 KiB' : null
}

/**
 * Secrets that content held, fit to be sealed.
 *
 * @throws Refused `invalid-body` naming every place whose value is no secret.
 */
export function secretValues(found: readonly FoundSecret[]): readonly SecretValue[] {
  const problems = found.flatMap(({ pointer, value }) => {
    const message = problemOfSecret(value)
    return message === null ? [] : [{ pointer: `/content${pointer}`, message }]
  })
  if (problems.length > 0) {
    throw new Refused('invalid-body', 'A secret is a string of 1 byte to 64 KiB.', problems)
  }
  return found.flatMap(({ pointer, value }) => (typeof value === 'string' ? [{ pointer, value }] : []))
}
