import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedServerError } from '../embedded-server-error.ts'
import type { Account } from './account.ts'
import type { PostgresBinaries } from './binaries.ts'

/** An initialized database cluster on disk. */
export interface Cluster {
  readonly dataFolder: string
  readonly superuserPassword: string
}

/** The name of the cluster's superuser. */
export const superuser = 'postgres'

const run = promisify(execFile)
const draftPrefix = 'initializing-'

/**
 * Opens the cluster in `folder`, and makes one first when there is none: UTF-8, byte order, SCRAM for every connection and a
 * random superuser password in a file that only its owner reads. A cluster appears whole or not at all.
 *
 * @throws EmbeddedServerError when it cannot be made, or when another major version of PostgreSQL made it.
 */
export async function openCluster(
  folder: string,
  binaries: PostgresBinaries,
  account: Account | undefined,
  durable: boolean,
): Promise<Cluster> {
  const home = join(folder, 'cluster')
  const existing = await majorVersionOf(home)
  if (existing === undefined) await makeCluster(folder, home, binaries, account, durable)
  else if (existing !== String(binaries.majorVersion)) {
    throw new EmbeddedServerError(
      `The data in ${home} was made by PostgreSQL ${existing} and this is PostgreSQL ${binaries.majorVersion}. Dump it with the old version and load it into a new folder, or move ${home} away to start with empty databases.`,
    )
  }
  return {
    dataFolder: join(home, 'data'),
    superuserPassword: (await readFile(join(home, 'superuser-password'), 'utf8')).trim(),
  }
}

async function majorVersionOf(home: string): Promise<string | undefined> {
  try {
    return (await readFile(join(home, 'data', 'PG_VERSION'), 'utf8')).trim()
  } catch {
    return undefined
  }
}

async function makeCluster(
  folder: string,
  home: string,
  binaries: PostgresBinaries,
  account: Account | undefined,
  durable: boolean,
): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(draftPrefix)) await rm(join(folder, name), { recursive: true, force: true })
  }
  const draft = await mkdtemp(join(folder, draftPrefix))
  const passwordFile = join(draft, 'superuser-password')
  await writeFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  if (account !== undefined) {
    await chown(passwordFile, account.uid, account.gid)
    await chown(draft, account.uid, account.gid)
  }
  try {
    await run(
      binaries.initdb,
      [
        `--pgdata=${join(draft, 'data')}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: '/', env: { TZ: 'UTC' }, ...account },
    )
    await rename(draft, home)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    const reason = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new EmbeddedServerError(`PostgreSQL's data folder ${home} could not be made: ${reason}`)
  }
}
