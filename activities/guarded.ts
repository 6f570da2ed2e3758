import { ApplicationFailure } from '@temporalio/activity'

export type OnActivityError = (activity: string, error: unknown) => void

type Activities<Interface> = { [Name in keyof Interface]: Interface[Name] }

/**
 * Lets no message of a database or a library into a Temporal history: those may hold SQL, parameters or content. What
 * travels is the kind of the error; the error itself goes to the worker's log through `onError`.
 */
export function guarded<Interface extends object>(
  activities: Activities<Interface>,
  onError: OnActivityError,
): Interface {
  const wrapped: Record<string, unknown> = {}
  for (const [name, activity] of Object.entries(activities)) {
    if (typeof activity !== 'function') continue
    wrapped[name] = async (...given: unknown[]) => {
      try {
        return await activity(...given)
      } catch (error) {
        onError(name, error)
        const type = error instanceof Error ? error.name : 'Error'
        const failure = ApplicationFailure.create({ message: `activity ${name} failed`, type })
        failure.stack = ''
        throw failure
      }
    }
  }
  return wrapped as Interface
}
