import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process of ours that a test may end or stop at any moment; a signal hits it and what it started, and nothing else. */
export interface RunningProcess {
  /** Everything it has said so far. */
  said(): string
  /** SIGKILL; settles when it is gone. */
  kill(): Promise<void>
  /** SIGSTOP. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  readonly gone: Promise<void>
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const patience = 60_000

// Where it exists, setpriv makes the kernel end the process when the test's own process dies.
const bound = spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0

/**
 * Starts a program of the project, and settles when it has said `ready`.
 *
 * @throws Error with what it said, when it ends before.
 */
export async function startProcess(
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<RunningProcess> {
  const line = [process.execPath, '--import', 'tsx', ...program]
  const [command = '', ...rest] = bound ? ['setpriv', '--pdeathsig', 'KILL', '--', ...line] : line
  const child = spawn(command, rest, {
    cwd: root,
    detached: true,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
  })
  const signal = (name: NodeJS.Signals) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    process.kill(-child.pid, name)
  }
  const kill = async () => {
    signal('SIGKILL')
    await gone
  }
  await new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error(`${program.join(' ')} did not get ready. It said:\n${said}`))
    const timer = setTimeout(fail, patience)
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      if (!ready.test(said)) return
      clearTimeout(timer)
      resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    void gone.then(fail)
  }).catch(async (error) => {
    await kill()
    throw error
  })
  return { said: () => said, kill, pause: () => signal('SIGSTOP'), resume: () => signal('SIGCONT'), gone }
}
