import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { EmbeddedServerError } from './embedded-server-error.ts'
import { occupantFile } from './occupancy.ts'
import type { RunningProcess } from './running-process.ts'
import { findProcess, isRunning, signalProcess } from './running-process.ts'
import type { Assignment, WatchdogReport } from './watchdog.ts'

/** A server to run. It inherits no environment but a standard PATH, so that no setting of the user's shell changes it. */
export interface ServerCommand {
  readonly name: string
  readonly program: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly account: { readonly uid: number; readonly gid: number } | undefined
  readonly stopSignal: 'SIGINT' | 'SIGTERM'
}

/** A server that runs under a watchdog. */
export interface SupervisedServer {
  readonly processId: number
  /** Settles when the server has ended, asked or not. Does not keep this process alive. */
  readonly exited: Promise<void>
  /** Asks the server to stop, kills it after 10 seconds, and settles when it has ended. */
  stop(): Promise<void>
}

/** The search path of the local servers and of the system's own tools. */
export const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const watchdogProgram = fileURLToPath(new URL('./watchdog.ts', import.meta.url))

/**
 * Starts a server under a watchdog of its own, in a session of its own, with its output in `logFile`. The server is stopped
 * when this process stops it, ends, or is killed. When the watchdog itself is killed, Linux signals the server in its place
 * where `setpriv` is installed; elsewhere the server stays until the next start on the same folder, which stops it first.
 *
 * @throws EmbeddedServerError when the program cannot be run.
 */
export async function supervise(
  command: ServerCommand,
  folder: string,
  logFile: string,
): Promise<SupervisedServer> {
  const parent = findProcess(process.pid)
  if (parent === undefined) {
    throw new EmbeddedServerError(`${command.name} can be run locally on Linux and macOS only.`)
  }
  const assignment: Assignment = {
    command: { ...command, environment: { PATH: systemPath, ...command.environment } },
    parent,
    occupantFile: occupantFile(folder),
  }
  const log = await open(logFile, 'a')
  const watchdog = spawn(
    process.execPath,
    [...typeStripping(), watchdogProgram, JSON.stringify(assignment)],
    {
      cwd: '/',
      detached: true,
      env: { PATH: systemPath },
      stdio: ['pipe', 'pipe', log.fd],
    },
  )
  const { stdin: pipe, stdout: reports } = watchdog
  if (pipe === null || reports === null) throw new EmbeddedServerError(`${command.name} got no watchdog.`)
  pipe.on('error', () => {})
  const ended = new Promise<void>((resolve) => {
    watchdog.once('exit', () => resolve())
    watchdog.once('error', () => resolve())
  })
  const report = await firstReport(reports, ended)
  await log.close()
  if (report.kind === 'failed') {
    throw new EmbeddedServerError(`${command.name} could not be started: ${report.reason}`)
  }
  // A process that has nothing else to do may end; the watchdog then stops the server.
  for (const handle of [watchdog, pipe, reports]) unreference(handle)
  const exited = ended.then(() => untilGone(report.server))
  return {
    processId: report.server.processId,
    exited,
    stop: async () => {
      watchdog.ref()
      pipe.end()
      await exited
    },
  }
}

// Node.js runs TypeScript by itself from 22.18 on; before that it must be asked to.
function typeStripping(): string[] {
  return process.features.typescript === 'strip' ? [] : ['--experimental-strip-types']
}

async function firstReport(output: NodeJS.ReadableStream, ended: Promise<void>): Promise<WatchdogReport> {
  const line = new Promise<string>((resolve) => {
    createInterface({ input: output }).once('line', resolve)
  })
  const first = await Promise.race([line, ended.then(() => pause(100))])
  if (first === undefined) return { kind: 'failed', reason: 'its watchdog ended at once; see the log file' }
  return parseReport(first)
}

function parseReport(line: string): WatchdogReport {
  return JSON.parse(line) as WatchdogReport
}

async function untilGone(server: RunningProcess): Promise<void> {
  const began = Date.now()
  while (isRunning(server)) {
    if (Date.now() - began > 10_000) signalProcess(server, 'SIGKILL')
    await pause(10)
  }
}

function unreference(handle: object): void {
  if ('unref' in handle && typeof handle.unref === 'function') handle.unref()
}
