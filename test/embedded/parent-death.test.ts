import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startPostgres } from '../../src/embedded/postgres.ts'
import { findProcess } from '../../src/embedded/running-process.ts'
import { startTemporal } from '../../src/embedded/temporal.ts'
import { temporalForTests } from './temporal-for-tests.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 90_000 })

const program = fileURLToPath(new URL('./hold-servers.ts', import.meta.url))

let binary = ''

beforeAll(async () => {
  binary = await temporalForTests()
}, 900_000)

interface Held {
  readonly parent: ChildProcess
  readonly postgres: number
  readonly temporal: number
}

async function holdServers(folder: string, afterwards: 'wait' | 'end'): Promise<Held> {
  const parent = spawn(process.execPath, ['--import', 'tsx', program, folder, binary, afterwards], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    parent.kill('SIGKILL')
  })
  const [line] = await once(createInterface({ input: parent.stdout }), 'line')
  const processIds = JSON.parse(String(line)) as { postgres: number; temporal: number }
  return { parent, ...processIds }
}

async function expectBothToEnd(held: Held): Promise<void> {
  await vi.waitFor(
    () => {
      expect(findProcess(held.postgres)).toBeUndefined()
      expect(findProcess(held.temporal)).toBeUndefined()
    },
    { timeout: 20_000, interval: 50 },
  )
}

async function expectBothToStart(folder: string): Promise<void> {
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), durable: false })
  onTestFinished(() => postgres.stop())
  const temporal = await startTemporal({ folder: join(folder, 'temporal'), binary })
  onTestFinished(() => temporal.stop())
  expect(findProcess(postgres.processId)).toBeDefined()
  expect(findProcess(temporal.processId)).toBeDefined()
}

test('servers whose parent is killed stop by themselves', async () => {
  const held = await holdServers(await temporaryFolder(), 'wait')

  held.parent.kill('SIGKILL')

  await expectBothToEnd(held)
})

test('servers whose parent simply ends stop by themselves', async () => {
  const held = await holdServers(await temporaryFolder(), 'end')

  await expectBothToEnd(held)
})

test('both servers start again on the same folders right after their parent was killed', async () => {
  const folder = await temporaryFolder()
  const held = await holdServers(folder, 'wait')

  held.parent.kill('SIGKILL')
  await expectBothToStart(folder)

  expect(findProcess(held.postgres)).toBeUndefined()
  expect(findProcess(held.temporal)).toBeUndefined()
})

test('both servers start again after parent and watchdogs were killed together', async () => {
  const folder = await temporaryFolder()
  const held = await holdServers(folder, 'wait')
  for (const name of ['postgres', 'temporal']) {
    const occupant = JSON.parse(await readFile(join(folder, name, 'occupant.json'), 'utf8')) as {
      watchdog: { processId: number }
    }
    process.kill(occupant.watchdog.processId, 'SIGKILL')
  }
  held.parent.kill('SIGKILL')

  await expectBothToStart(folder)

  expect(findProcess(held.postgres)).toBeUndefined()
  expect(findProcess(held.temporal)).toBeUndefined()
})
