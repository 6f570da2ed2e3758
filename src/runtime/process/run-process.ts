import { type Configuration, type Environment, readConfiguration, tellsStacks } from '../../config.ts'
import { explainFailure } from './explain-failure.ts'

/**
 * Does a process's work. A failure ends the process with exit code 1 and its reason on standard error; only
 * LOG_LEVEL=debug adds a stack.
 */
export async function runProcess(
  environment: Environment,
  work: (configuration: Configuration) => Promise<void>,
): Promise<void> {
  const fail = (error: unknown): never => {
    const stack = tellsStacks(environment) && error instanceof Error ? `\n${error.stack}` : ''
    process.stderr.write(`${explainFailure(error)}${stack}\n`)
    process.exit(1)
  }
  process.on('uncaughtException', fail)
  // Whoever read our output may leave early.
  process.stdout.on('error', () => {})
  try {
    await work(readConfiguration(environment))
  } catch (error) {
    fail(error)
  }
}
