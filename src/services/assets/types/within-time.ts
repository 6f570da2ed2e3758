import { createContext, Script } from 'node:vm'

const milliseconds = 1000
const script = new Script('work()')

/**
 * Runs `work`, which an organization's own schema makes as long as it likes, and ends it after a second. Nothing else
 * ends a function that does not return: schemas may refer to themselves, and nest alternatives in alternatives.
 *
 * @throws Error with code `ERR_SCRIPT_EXECUTION_TIMEOUT` when the second is over, and whatever `work` throws.
 */
export function withinTime<Result>(work: () => Result): Result {
  return script.runInContext(createContext({ work }), { timeout: milliseconds }) as Result
}
