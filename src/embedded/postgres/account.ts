import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedServerError } from '../embedded-server-error.ts'
import { systemPath } from '../supervise.ts'

/** The system account that PostgreSQL runs as when this process is root. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Where root keeps what the PostgreSQL account has to reach. */
export const sharedFolder = '/var/lib/countersign'

const run = promisify(execFile)
const accountName = 'postgres'

/**
 * The account to run PostgreSQL as: undefined for an ordinary user, who runs it as himself; for root, whom PostgreSQL
 * refuses, the system account `postgres`, which is created when it is missing.
 *
 * @throws EmbeddedServerError when the account is missing and cannot be created.
 */
export async function postgresAccount(onProgress: (message: string) => void): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const existing = await lookUp()
  if (existing !== undefined) return existing
  onProgress(`Creating the system account "${accountName}": PostgreSQL refuses to run as root.`)
  try {
    await run('groupadd', ['--system', '--force', accountName], { env: { PATH: systemPath } })
    await run('useradd', ['--system', '--gid', accountName, '--no-create-home', accountName], {
      env: { PATH: systemPath },
    })
  } catch {
    // Another process may have been quicker; whether the account exists now is all that matters.
  }
  const created = await lookUp()
  if (created !== undefined) return created
  throw new EmbeddedServerError(
    `PostgreSQL refuses to run as root and the system account "${accountName}" could not be created. Create it with useradd, or run as an ordinary user.`,
  )
}

/**
 * Creates `folder` so that `account` may enter it and returns it. When a folder above it is closed to the account (root's
 * home, as a rule), no right is changed there: a folder below /var/lib/countersign, named after `folder`, is used and told.
 */
export async function reachableFolder(
  folder: string,
  account: Account | undefined,
  onProgress: (message: string) => void,
): Promise<string> {
  const wanted = resolve(folder)
  if (account === undefined) {
    await mkdir(wanted, { recursive: true })
    return wanted
  }
  await makeOpenFolder(wanted)
  await chmod(wanted, (await stat(wanted)).mode | 0o011)
  if (await isReachable(wanted, account)) return wanted
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  const replacement = join(sharedFolder, `data-${name}`)
  await makeOpenFolder(replacement)
  onProgress(`PostgreSQL's data is kept in ${replacement}: the account it runs as may not enter ${wanted}.`)
  return replacement
}

/** Creates a folder and opens what had to be created to everybody who knows a name in it; what exists keeps its rights. */
export async function makeOpenFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let current = folder; current.startsWith(first); current = dirname(current))
    await chmod(current, 0o711)
}

async function isReachable(folder: string, account: Account): Promise<boolean> {
  for (let current = folder; ; current = dirname(current)) {
    const { mode, uid, gid } = await stat(current)
    const enter = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & enter) === 0) return false
    if (current === dirname(current)) return true
  }
}

async function lookUp(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => {
        const { stdout } = await run('id', [flag, accountName], { env: { PATH: systemPath } })
        return Number.parseInt(stdout, 10)
      }),
    )
    return uid === undefined || gid === undefined ? undefined : { uid, gid }
  } catch {
    return undefined
  }
}
