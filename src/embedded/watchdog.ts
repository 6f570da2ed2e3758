// A program of its own, started by supervise.ts: it runs one server as its child until its standard input closes, which the
// operating system sees to when the parent dies, even by SIGKILL.
import { spawn, spawnSync } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Occupant } from './occupancy.ts'
import type { RunningProcess } from './running-process.ts'
import { findProcess } from './running-process.ts'
import type { ServerCommand } from './supervise.ts'

/** What the watchdog reports on its standard output, one JSON object a line. */
export type WatchdogReport =
  | { readonly kind: 'started'; readonly server: RunningProcess }
  | { readonly kind: 'failed'; readonly reason: string }

/** What supervise.ts hands over as the one argument, as JSON. */
export interface Assignment {
  readonly command: ServerCommand
  readonly parent: RunningProcess
  readonly occupantFile: string
}

const { command, parent, occupantFile } = parseAssignment(process.argv[2] ?? '')

const graceMilliseconds = 10_000

// Where it exists, setpriv makes the kernel signal the server when this process dies, for instance by SIGKILL.
const bound = spawnSync('setpriv', ['--pdeathsig', command.stopSignal, 'true']).status === 0
const [program, ...argumentList] = bound
  ? ['setpriv', '--pdeathsig', command.stopSignal, '--', command.program, ...command.arguments]
  : [command.program, ...command.arguments]

const server = spawn(program, argumentList, {
  cwd: '/',
  env: command.environment,
  stdio: ['ignore', 2, 2],
  ...command.account,
})

function parseAssignment(text: string): Assignment {
  return JSON.parse(text) as Assignment
}

function record(stopping: boolean): void {
  const watchdog = findProcess(process.pid)
  const running = server.pid === undefined ? undefined : findProcess(server.pid)
  if (watchdog === undefined || running === undefined) return
  const occupant: Occupant = { parent, watchdog, server: running, stopping }
  const draft = `${occupantFile}.${process.pid}`
  writeFileSync(draft, JSON.stringify(occupant))
  renameSync(draft, occupantFile)
}

function report(message: WatchdogReport): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

let stopping = false

function stop(): void {
  if (stopping) return
  stopping = true
  record(true)
  server.kill(command.stopSignal)
  setTimeout(() => server.kill('SIGKILL'), graceMilliseconds)
}

// The parent may be gone at any moment: a closed pipe is news, never a reason to die before the server has stopped.
process.stdout.on('error', () => {})
process.stdin.on('error', stop)
process.stdin.on('close', stop)
process.stdin.on('end', stop)
process.stdin.resume()
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.on('SIGHUP', stop)

server.on('spawn', () => {
  record(false)
  const running = server.pid === undefined ? undefined : findProcess(server.pid)
  if (running !== undefined) report({ kind: 'started', server: running })
})
server.on('error', (error) => {
  if (server.pid !== undefined) return
  report({ kind: 'failed', reason: error.message })
  process.exitCode = 1
  process.stdin.destroy()
})
server.on('exit', () => {
  rmSync(occupantFile, { force: true })
  process.exit(0)
})
