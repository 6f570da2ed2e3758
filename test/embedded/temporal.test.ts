import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { EmbeddedTemporal } from '../../src/embedded/temporal.ts'
import { startTemporal } from '../../src/embedded/temporal.ts'
import { temporalForTests } from './temporal-for-tests.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 90_000 })

let binary = ''

beforeAll(async () => {
  binary = await temporalForTests()
}, 900_000)

async function start(folder: string, namespaces: readonly string[] = []): Promise<EmbeddedTemporal> {
  const server = await startTemporal({ folder, binary, namespaces })
  onTestFinished(() => server.stop())
  return server
}

async function clientOf(server: EmbeddedTemporal, namespace = 'default'): Promise<Client> {
  const connection = await Connection.connect({ address: server.address })
  onTestFinished(() => connection.close())
  return new Client({ connection, namespace })
}

test('a started server serves the namespaces that were asked for', async () => {
  const server = await start(await temporaryFolder(), ['promotions'])
  const client = await clientOf(server, 'promotions')

  const handle = await client.workflow.start('anything', { workflowId: 'one', taskQueue: 'nobody' })

  expect((await handle.describe()).status.name).toBe('RUNNING')
})

test('workflows outlive a killed server', async () => {
  const folder = await temporaryFolder()
  const first = await start(folder)
  const before = await clientOf(first)
  await before.workflow.start('anything', { workflowId: 'waiting', taskQueue: 'nobody' })
  process.kill(first.processId, 'SIGKILL')
  await first.exited

  const second = await start(folder)
  const after = await clientOf(second)

  expect((await after.workflow.getHandle('waiting').describe()).status.name).toBe('RUNNING')
})

test('a folder in use is refused with the process that uses it', async () => {
  const folder = await temporaryFolder()
  await start(folder)

  await expect(startTemporal({ folder, binary })).rejects.toThrow(`in use by process ${process.pid}.`)
})

test('a folder of another release is refused and left alone', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'release'), '1.29\n')

  await expect(startTemporal({ folder, binary })).rejects.toThrow(/were written by Temporal server 1\.29/)
  expect(await readFile(join(folder, 'release'), 'utf8')).toBe('1.29\n')
})

test('a server that does not start is reported with what its log says last', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'temporal.db'), 'this is no database '.repeat(500))

  await expect(startTemporal({ folder, binary })).rejects.toThrow(
    /did not start\. Its log .* ends:\n[\s\S]*not a database/,
  )
})
