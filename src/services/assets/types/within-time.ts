import { createContext, Script } from 'node:vm'

/** What is allowed to an organization's own schema, in milliseconds: nobody else is answered meanwhile. */
export const allowed = Object.freeze({
  /** Ordinary content of 1 MiB takes a sixth of it. */
  judging: 200,
  /** For a schema that is new here. One that is kept is given longer, on whatever machine it is compiled again. */
  compilingAtFirst: 500,
  compiling: 1000,
})

const script = new Script('work()')

/**
 * Runs `work`, which an organization's own schema makes as long as it likes, and ends it after so many milliseconds.
 * Nothing else ends a function that does not return: schemas may refer to themselves, and nest alternatives in alternatives.
 *
 * @throws Error with code `ERR_SCRIPT_EXECUTION_TIMEOUT` when the time is over, and whatever `work` throws.
 */
export function withinTime<Result>(milliseconds: number, work: () => Result): Result {
  return script.runInContext(createContext({ work }), { timeout: milliseconds }) as Result
}

/** Whether an error says that the time was over. */
export function isOutOfTime(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
