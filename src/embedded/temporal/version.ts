import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What a Temporal command line says of itself; `cli` is undefined in a build from source that carries no number. */
export interface TemporalVersion {
  readonly cli: string | undefined
  readonly server: string
}

const run = promisify(execFile)

/** The release that a Go build or a download brings. */
export const pinnedVersion = '1.8.2'

/** Asks a Temporal command line for its version; undefined when it does not run or does not answer like one. */
export async function temporalVersion(binary: string): Promise<TemporalVersion | undefined> {
  try {
    const { stdout } = await run(binary, ['--version'], { timeout: 20_000 })
    const [, cli, server] = /version (\d+\.\d+\.\d+\S*) \(Server (\d+\.\d+\.\d+)/.exec(stdout) ?? []
    if (cli === undefined || server === undefined) return undefined
    return { cli: cli.startsWith('0.0.0') ? undefined : cli, server }
  } catch {
    return undefined
  }
}

/** Whether a version is 1.8 or newer; a build without a number is judged by its server, 1.31 or newer. */
export function isRecentEnough(version: TemporalVersion): boolean {
  return version.cli === undefined
    ? isAtLeast(version.server, 1, 31)
    : isAtLeast(version.cli, 1, 8) && isAtLeast(version.server, 1, 31)
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [actualMajor = 0, actualMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return actualMajor > major || (actualMajor === major && actualMinor >= minor)
}
