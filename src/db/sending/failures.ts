import { errorCodes } from '../error-causes.ts'

// The transaction has failed; a prepared statement does not exist, since its preparation was refused.
const aftermath = new Set(['25P02', '26000'])

// A plan that answers other columns than it was made for, a prepared statement that is missing, or one too many.
const useless = new Set(['0A000', '26000', '42P05'])

const sqlState = /^[0-9A-Z]{5}$/

/** Whether an error may be no more than what a statement hears that was sent behind another one which failed. */
export function mayBeAftermath(error: unknown): boolean {
  return errorCodes(error).some((code) => aftermath.has(code))
}

/** Whether the connection's prepared statements are not what they are taken for, after a statement failed so. */
export function leavesConnectionUseless(error: unknown): boolean {
  const codes = errorCodes(error)
  return codes.some((code) => useless.has(code)) || !codes.some((code) => sqlState.test(code))
}
