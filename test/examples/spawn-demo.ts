import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A demo that runs as a process of its own, as `npm run demo` starts it. */
export interface SpawnedDemo {
  readonly process: ChildProcess
  readonly exited: Promise<number | null>
  output(): string
  errors(): string
  /** Settles when its output holds `text`. */
  says(text: string): Promise<void>
  /** Where it says that it keeps its data. */
  folder(): string
  /** What it left in the folder for temporary files. */
  leftovers(): Promise<readonly string[]>
}

const program = fileURLToPath(new URL('../../examples/demo.ts', import.meta.url))

/** Starts the demo with an empty folder of its own for temporary files, which is removed after the test. */
export async function spawnDemo(): Promise<SpawnedDemo> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  // PostgreSQL may run as another account, which has to pass.
  await chmod(folder, 0o711)
  const { PATH, HOME, XDG_CACHE_HOME } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    env: { PATH, HOME, XDG_CACHE_HOME, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const told = { output: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told.output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told.errors += text
  })
  const exited = once(child, 'close').then(([code]): number | null => code)
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 })
  })
  return {
    process: child,
    exited,
    output: () => told.output,
    errors: () => told.errors,
    async says(text) {
      while (!told.output.includes(text)) {
        const next = await Promise.race([once(child.stdout, 'data'), exited])
        if (!Array.isArray(next) && !told.output.includes(text)) {
          throw new Error(`the demo ended before it said "${text}": ${told.errors}`)
        }
      }
    },
    folder: () => told.output.match(/\S+countersign-demo-\w+/)?.[0] ?? '',
    leftovers: async () => (await readdir(folder)).filter((name) => name.startsWith('countersign-demo-')),
  }
}
