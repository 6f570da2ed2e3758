import { access, constants, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { EmbeddedServerError } from './embedded-server-error.ts'
import { withLock } from './lock.ts'
import { buildTemporal } from './temporal/build.ts'
import { downloadTemporal } from './temporal/download.ts'
import { isRecentEnough, pinnedVersion, temporalVersion } from './temporal/version.ts'

/** Where to look for Temporal: `path` is the value of PATH; `downloadOrigin` replaces the SDKs' own download host. */
export interface TemporalSearch {
  readonly cacheFolder: string
  readonly path: string
  readonly downloadOrigin?: string
  readonly onProgress?: (message: string) => void
}

/** The name of the cached binary for this platform, with its release. */
export function cachedBinaryName(): string {
  return `temporal-${pinnedVersion}-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`
}

/**
 * Finds a Temporal server that runs here: one on the PATH, the cached one, a download, and at last a Go build of some four
 * minutes. What had to be fetched or built is kept in the cache; processes that need it at once wait for one of them.
 *
 * @throws EmbeddedServerError when there is no way to get one; it names every way.
 */
export async function findTemporal(search: TemporalSearch): Promise<string> {
  const onProgress = search.onProgress ?? (() => {})
  const onPath = await findRecentOnPath(search.path, onProgress)
  if (onPath !== undefined) return onPath
  const cached = join(search.cacheFolder, cachedBinaryName())
  if (await isUsable(cached)) return cached
  await mkdir(search.cacheFolder, { recursive: true })
  return withLock(
    `${cached}.lock`,
    async () => {
      if (await isUsable(cached)) return cached
      await removeLeftovers(search.cacheFolder)
      await obtain(cached, search, onProgress)
      return cached
    },
    (holder) => onProgress(`Waiting for process ${holder}, which is getting Temporal already.`),
  )
}

async function obtain(
  target: string,
  search: TemporalSearch,
  onProgress: (message: string) => void,
): Promise<void> {
  onProgress(`There is no Temporal ${pinnedVersion} on this machine yet; downloading it.`)
  const origin = search.downloadOrigin ?? 'https://temporal.download'
  const downloadFailure = await downloadTemporal(target, search.cacheFolder, origin)
  if (downloadFailure === undefined) return
  const go = await findOnPath('go', search.path)
  if (go === undefined) throw unobtainable(target, [downloadFailure, 'there is no Go on the PATH'])
  onProgress(
    `The download failed (${downloadFailure}). Building Temporal with ${go} instead: about 4 minutes, only once.`,
  )
  const buildFailure = await buildTemporal(go, target, search.cacheFolder, onProgress)
  if (buildFailure !== undefined)
    throw unobtainable(target, [downloadFailure, `the Go build failed: ${buildFailure}`])
}

function unobtainable(target: string, reasons: readonly string[]): EmbeddedServerError {
  return new EmbeddedServerError(
    [
      `Temporal ${pinnedVersion} could not be had: ${reasons.join('; ')}. Any one of these helps:`,
      '- set TEMPORAL_ADDRESS to a Temporal server that already runs (host:port);',
      '- install the Temporal command line, 1.8 or newer, so that "temporal --version" works (https://docs.temporal.io/cli);',
      `- copy its executable to ${target};`,
      '- let this machine reach https://temporal.download, and start again;',
      '- install Go 1.26.4 or newer (https://go.dev/dl), and start again: it is then built from tools/temporal.',
    ].join('\n'),
  )
}

async function findRecentOnPath(
  path: string,
  onProgress: (message: string) => void,
): Promise<string | undefined> {
  const candidate = await findOnPath('temporal', path)
  if (candidate === undefined) return undefined
  const version = await temporalVersion(candidate)
  if (version !== undefined && isRecentEnough(version)) return candidate
  const reason =
    version === undefined
      ? 'it does not answer "--version"'
      : `it is ${version.cli ?? version.server}, 1.8 is needed`
  onProgress(`Not using ${candidate}: ${reason}.`)
  return undefined
}

async function findOnPath(program: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    if (isAbsolute(folder) && (await isExecutable(join(folder, program)))) return join(folder, program)
  }
  return undefined
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}

async function isUsable(binary: string): Promise<boolean> {
  return (await isExecutable(binary)) && (await temporalVersion(binary)) !== undefined
}

async function removeLeftovers(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (/^(downloading|building)-/.test(name))
      await rm(join(cacheFolder, name), { recursive: true, force: true })
  }
}
