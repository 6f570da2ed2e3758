import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { EmbeddedPostgres, PostgresOptions } from '../../src/embedded/postgres.ts'
import { startPostgres } from '../../src/embedded/postgres.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 90_000 })

async function start(folder: string, options: Partial<PostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ folder, durable: false, ...options })
  onTestFinished(() => server.stop())
  return server
}

async function query(server: EmbeddedPostgres, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.superuserUrl })
  client.on('error', () => {})
  await client.connect()
  try {
    const result = await client.query<Record<string, unknown>>(text)
    return result.rows
  } finally {
    await client.end()
  }
}

test('an empty folder becomes a cluster whose data outlives a stop', async () => {
  const folder = await temporaryFolder()
  const first = await start(folder, { durable: true })
  await query(first, 'create table kept (word text)')
  await query(first, "insert into kept values ('still here')")
  await first.stop()

  const second = await start(folder, { durable: true })

  expect(await query(second, 'select word from kept')).toEqual([{ word: 'still here' }])
})

test('the server listens on the loopback interface only, without a socket file', async () => {
  const server = await start(await temporaryFolder())

  expect(await query(server, "select current_setting('listen_addresses') as addresses")).toEqual([
    { addresses: '127.0.0.1' },
  ])
  expect(await query(server, "select current_setting('unix_socket_directories') as sockets")).toEqual([
    { sockets: '' },
  ])
})

test('the superuser needs the password, which only its owner can read', async () => {
  const server = await start(await temporaryFolder())
  const url = new URL(server.superuserUrl)
  url.password = 'a guess'

  await expect(new Client({ connectionString: url.href }).connect()).rejects.toMatchObject({ code: '28P01' })
  expect((await stat(join(server.folder, 'cluster', 'superuser-password'))).mode & 0o777).toBe(0o600)
})

test('a folder in use is refused with the process that uses it', async () => {
  const folder = await temporaryFolder()
  await start(folder)

  await expect(startPostgres({ folder, durable: false })).rejects.toThrow(
    `in use by process ${process.pid}. Stop that process first`,
  )
})

test('a start during the stop of the previous server waits for it', async () => {
  const folder = await temporaryFolder()
  const first = await start(folder)
  const stopped = first.stop()

  const second = await start(folder)

  await stopped
  expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('committed data outlives a killed server', async () => {
  const folder = await temporaryFolder()
  const first = await start(folder, { durable: true })
  await query(first, 'create table kept as select 42 as answer')
  process.kill(first.processId, 'SIGKILL')
  await first.exited

  const second = await start(folder, { durable: true })

  expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }])
})

test('a process id file that names a stranger does not stop a start', async () => {
  const folder = await temporaryFolder()
  const first = await start(folder)
  const pidFile = join(first.folder, 'cluster', 'data', 'postmaster.pid')
  const content = await readFile(pidFile, 'utf8')
  await first.stop()
  await writeFile(pidFile, content.replace(/^\d+/, String(process.ppid)))

  const second = await start(folder)

  expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }])
})

test("another major version's data is refused and left alone", async () => {
  const folder = await temporaryFolder()
  const first = await start(folder)
  await first.stop()
  const versionFile = join(first.folder, 'cluster', 'data', 'PG_VERSION')
  await writeFile(versionFile, '17\n')

  await expect(startPostgres({ folder, durable: false })).rejects.toThrow(
    /was made by PostgreSQL 17 and this is PostgreSQL 18/,
  )
  expect(await readFile(versionFile, 'utf8')).toBe('17\n')
})

test('a start that is called off leaves the folder free', async () => {
  const folder = await temporaryFolder()
  const signal = AbortSignal.abort()

  await expect(startPostgres({ folder, durable: false, signal })).rejects.toMatchObject({
    name: 'AbortError',
  })

  const server = await start(folder)
  expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a closed folder above the data folder is left closed, and the data kept where PostgreSQL can reach it', async ({
  skip,
}) => {
  skip(process.getuid?.() !== 0, 'only root runs PostgreSQL as somebody else')
  const closed = await temporaryFolder()
  await chmod(closed, 0o700)
  const told: string[] = []

  const server = await start(join(closed, 'data'), { onProgress: (message) => told.push(message) })
  onTestFinished(() => rm(server.folder, { recursive: true, force: true }))

  expect(server.folder).toMatch(/^\/var\/lib\/countersign\/data-/)
  expect(told.join()).toContain(server.folder)
  expect((await stat(closed)).mode & 0o777).toBe(0o700)
})
