import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished, vi } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

export interface Spawned {
  readonly process: ChildProcess
  output(): string
  errors(): string
  readonly ended: Promise<Ended>
}

/** Settings of a test beside what every process needs to find its programs. */
export type Settings = Readonly<Record<string, string>>

/** Starts a program of ours as an operator would, with these settings and no others. */
export function spawnCountersign(program: readonly string[], settings: Settings): Spawned {
  const { PATH = '', HOME = '', XDG_CACHE_HOME = '' } = process.env
  const child = spawn(process.execPath, program, {
    cwd: root,
    env: { PATH, HOME, XDG_CACHE_HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told = { output: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told.output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told.errors += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...told }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { process: child, output: () => told.output, errors: () => told.errors, ended }
}

/** Runs a command to its end. */
export async function runCommand(words: readonly string[], settings: Settings = {}): Promise<Ended> {
  return spawnCountersign(['bin/countersign.mjs', ...words], settings).ended
}

/** Starts the server on a free port and waits until it says where it listens. */
export async function startServer(settings: Settings): Promise<Spawned & { readonly url: string }> {
  const spawned = spawnCountersign(['--import', 'tsx', 'src/server.ts'], { PORT: '0', ...settings })
  const url = await vi.waitUntil(
    () => {
      if (spawned.process.exitCode !== null) throw new Error(`it ended: ${spawned.errors()}`)
      return /^listening on (\S+)$/m.exec(spawned.output())?.[1]
    },
    { timeout: 45_000, interval: 50 },
  )
  return { ...spawned, url }
}
