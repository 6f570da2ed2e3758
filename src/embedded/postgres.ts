import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { EmbeddedServerError } from './embedded-server-error.ts'
import { withLock } from './lock.ts'
import { beginLog, logTail } from './log-file.ts'
import { awaitVacancy } from './occupancy.ts'
import { freePort } from './ports.ts'
import type { Account } from './postgres/account.ts'
import { postgresAccount, reachableFolder } from './postgres/account.ts'
import type { PostgresBinaries } from './postgres/binaries.ts'
import { postgresBinaries } from './postgres/binaries.ts'
import type { Cluster } from './postgres/cluster.ts'
import { openCluster, superuser } from './postgres/cluster.ts'
import { findProcess } from './running-process.ts'
import type { SupervisedServer } from './supervise.ts'
import { supervise } from './supervise.ts'

/** A running local PostgreSQL. */
export interface EmbeddedPostgres {
  readonly port: number
  /** Connects to database `postgres` as superuser; holds the password. */
  readonly superuserUrl: string
  /** Where the data is, which for root may not be where it was asked for. */
  readonly folder: string
  readonly processId: number
  /** Settles when the server has ended, asked or not. Does not keep this process alive. */
  readonly exited: Promise<void>
  stop(): Promise<void>
}

/** How to run a local PostgreSQL. `durable: false` gives up crash safety for speed, which only tests may. */
export interface PostgresOptions {
  readonly folder: string
  readonly port?: number
  readonly durable?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (message: string) => void
}

const patienceMilliseconds = 60_000
const pollMilliseconds = 20

/**
 * Starts a real PostgreSQL on 127.0.0.1 with its data in `folder`, under a watchdog, and settles when it answers. An empty
 * folder becomes a new cluster; after a crash it recovers; a server that is still stopping there is waited for.
 *
 * @throws EmbeddedServerError when it cannot run, when the folder is in use, or when another major version made the data.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const onProgress = options.onProgress ?? (() => {})
  const account = await postgresAccount(onProgress)
  const binaries = await postgresBinaries(account, onProgress)
  const folder = await reachableFolder(options.folder, account, onProgress)
  return withLock(join(folder, 'starting.lock'), async () => {
    await awaitVacancy(folder, { name: 'PostgreSQL', stopSignal: 'SIGINT' }, onProgress)
    const cluster = await openCluster(folder, binaries, account, options.durable ?? true)
    await removeMisleadingPidFile(cluster)
    return startUntilReady(options, folder, binaries, account, cluster)
  })
}

async function startUntilReady(
  options: PostgresOptions,
  folder: string,
  binaries: PostgresBinaries,
  account: Account | undefined,
  cluster: Cluster,
): Promise<EmbeddedPostgres> {
  const logFile = join(folder, 'postgres.log')
  const deadline = Date.now() + patienceMilliseconds
  for (;;) {
    options.signal?.throwIfAborted()
    const port = options.port ?? (await freePort())
    await beginLog(logFile)
    const server = await supervise(
      {
        name: 'PostgreSQL',
        program: binaries.postgres,
        arguments: ['-D', cluster.dataFolder, ...settings(port, options.durable ?? true)],
        environment: { LC_MESSAGES: 'C', TZ: 'UTC' },
        account,
        stopSignal: 'SIGINT',
      },
      folder,
      logFile,
    )
    const superuserUrl = `postgres://${superuser}:${encodeURIComponent(cluster.superuserPassword)}@127.0.0.1:${port}/postgres`
    if (await isReady(server, superuserUrl, deadline, options.signal)) {
      const { processId, exited, stop } = server
      return { port, superuserUrl, folder, processId, exited, stop }
    }
    await server.stop()
    options.signal?.throwIfAborted()
    const tail = await logTail(logFile)
    // Processes of a killed server linger for a moment, and a free port may have been taken since: both pass.
    const passes =
      /shared memory block|lock file/.test(tail) || (!options.port && /could not bind/.test(tail))
    if (!passes || Date.now() > deadline) {
      throw new EmbeddedServerError(
        `PostgreSQL in ${folder} did not start. Its log (${logFile}) ends:\n${tail}`,
      )
    }
    await pause(pollMilliseconds)
  }
}

function settings(port: number, durable: boolean): string[] {
  const values = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '300',
    shared_buffers: '256MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function isReady(
  server: SupervisedServer,
  url: string,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let running = true
  void server.exited.then(() => {
    running = false
  })
  while (running && Date.now() < deadline && signal?.aborted !== true) {
    if (await answers(url)) return running
    await pause(pollMilliseconds)
  }
  return false
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

// PostgreSQL trusts the process id in this file if any process has it, also an unreaped one or, after a restart of the
// machine, a stranger. A dead id it handles better itself, since it also checks for processes that outlived their server.
async function removeMisleadingPidFile(cluster: Cluster): Promise<void> {
  const file = join(cluster.dataFolder, 'postmaster.pid')
  const processId = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  if (Number.isNaN(processId) || !exists(processId)) return
  const program = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => undefined)
  const isServer = findProcess(processId) !== undefined && (program?.includes(cluster.dataFolder) ?? true)
  if (!isServer) await rm(file, { force: true })
}

function exists(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}
