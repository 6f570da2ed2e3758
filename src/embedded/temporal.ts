import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedServerError } from './embedded-server-error.ts'
import { withLock } from './lock.ts'
import { beginLog, logTail } from './log-file.ts'
import { awaitVacancy } from './occupancy.ts'
import { freePort } from './ports.ts'
import type { SupervisedServer } from './supervise.ts'
import { supervise } from './supervise.ts'
import { answersForNamespaces } from './temporal/readiness.ts'
import { temporalVersion } from './temporal/version.ts'

/** A running local Temporal. */
export interface EmbeddedTemporal {
  /** Host and port of its gRPC service. */
  readonly address: string
  readonly processId: number
  /** Settles when the server has ended, asked or not. Does not keep this process alive. */
  readonly exited: Promise<void>
  stop(): Promise<void>
}

/** How to run a local Temporal: `binary` comes from findTemporal; namespace `default` is always there. */
export interface TemporalOptions {
  readonly folder: string
  readonly binary: string
  readonly port?: number
  readonly namespaces?: readonly string[]
  /** Values of the server's dynamic configuration, by key, beside those that every local server gets. */
  readonly dynamicConfig?: Readonly<Record<string, string | number>>
  readonly signal?: AbortSignal
  readonly onProgress?: (message: string) => void
}

const patienceMilliseconds = 60_000
const pollMilliseconds = 50

/**
 * Starts a real Temporal server on 127.0.0.1 with its database file in `folder`, under a watchdog, and settles when it serves
 * every namespace. Workflows of earlier runs on the same folder continue.
 *
 * @throws EmbeddedServerError when it cannot run, when the folder is in use or was made by another release, or after 60 seconds.
 */
export async function startTemporal(options: TemporalOptions): Promise<EmbeddedTemporal> {
  const folder = resolve(options.folder)
  await mkdir(folder, { recursive: true })
  return withLock(join(folder, 'starting.lock'), async () => {
    await awaitVacancy(folder, { name: 'Temporal', stopSignal: 'SIGTERM' }, options.onProgress ?? (() => {}))
    await bindToRelease(folder, options.binary)
    return startUntilReady(options, folder)
  })
}

async function startUntilReady(options: TemporalOptions, folder: string): Promise<EmbeddedTemporal> {
  const logFile = join(folder, 'temporal.log')
  const namespaces = ['default', ...(options.namespaces ?? [])]
  const deadline = Date.now() + patienceMilliseconds
  for (;;) {
    options.signal?.throwIfAborted()
    const port = options.port ?? (await freePort())
    await beginLog(logFile)
    const server = await supervise(
      {
        name: 'Temporal',
        program: options.binary,
        arguments: serverArguments(folder, port, options),
        // A home of its own, so that no profile of the user's command line changes the server.
        environment: { HOME: folder, TEMPORAL_VERSION_CHECK_DISABLED: '1' },
        account: undefined,
        stopSignal: 'SIGTERM',
      },
      folder,
      logFile,
    )
    const address = `127.0.0.1:${port}`
    if (await isReady(server, address, namespaces, deadline, options.signal)) {
      const { processId, exited, stop } = server
      return { address, processId, exited, stop }
    }
    await server.stop()
    options.signal?.throwIfAborted()
    const tail = await logTail(logFile)
    // A port that was free a moment ago may have been taken since.
    const passes = !options.port && /address already in use|port \d+ is (already )?in use/i.test(tail)
    if (!passes || Date.now() > deadline) {
      throw new EmbeddedServerError(
        `Temporal in ${folder} did not start. Its log (${logFile}) ends:\n${tail}`,
      )
    }
  }
}

function serverArguments(
  folder: string,
  port: number,
  { namespaces = [], dynamicConfig = {} }: TemporalOptions,
): string[] {
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${port}`,
    '--headless',
    `--db-filename=${join(folder, 'temporal.db')}`,
    '--sqlite-pragma=journal_mode=WAL',
    '--sqlite-pragma=synchronous=OFF',
    '--dynamic-config-value=system.enableActivityEagerExecution=true',
    '--dynamic-config-value=frontend.enableServerVersionCheck=false',
    ...Object.entries(dynamicConfig).map(
      ([key, value]) => `--dynamic-config-value=${key}=${JSON.stringify(value)}`,
    ),
    '--log-level=warn',
    ...namespaces.map((namespace) => `--namespace=${namespace}`),
  ]
}

async function isReady(
  server: SupervisedServer,
  address: string,
  namespaces: readonly string[],
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  let running = true
  void server.exited.then(() => {
    running = false
  })
  while (running && Date.now() < deadline && signal?.aborted !== true) {
    if (await answersForNamespaces(address, namespaces)) return running
    await pause(pollMilliseconds)
  }
  return false
}

// The server makes its schema when the file is new and never migrates it.
async function bindToRelease(folder: string, binary: string): Promise<void> {
  const version = await temporalVersion(binary)
  if (version === undefined) throw new EmbeddedServerError(`${binary} does not answer "--version".`)
  const file = join(folder, 'release')
  const release = version.server.split('.').slice(0, 2).join('.')
  const earlier = (await readFile(file, 'utf8').catch(() => release)).trim()
  if (earlier !== release) {
    throw new EmbeddedServerError(
      `The workflows in ${folder} were written by Temporal server ${earlier} and ${binary} is ${release}. Use the older one, or move ${folder} away to start without its workflows.`,
    )
  }
  await writeFile(file, `${release}\n`)
}
