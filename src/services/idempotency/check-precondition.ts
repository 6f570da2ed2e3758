import { Refused } from '../refused.ts'

/**
 * Compares what a caller saw with what is there now, inside the transaction that changes it.
 *
 * @throws Refused `precondition-failed` when neither a tag nor `*` fits.
 */
export function checkPrecondition(seen: readonly string[], current: string | number): void {
  if (seen.includes('*') || seen.includes(String(current))) return
  throw new Refused(
    'precondition-failed',
    'This has changed since you saw it. Read it again, and repeat with its new ETag.',
  )
}
