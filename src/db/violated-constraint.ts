import { errorCauses } from './error-causes.ts'

/** The constraint that a failed statement broke, by name; undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  for (const cause of errorCauses(error)) {
    if ('constraint' in cause && typeof cause.constraint === 'string') return cause.constraint
  }
  return undefined
}
