import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { isRecentEnough, pinnedVersion, temporalVersion } from './version.ts'

const run = promisify(execFile)
const answerMilliseconds = 5_000
const wholeMilliseconds = 300_000

/**
 * Downloads the pinned Temporal to `target` from `origin`, the place that Temporal's SDKs download it from. Settles with
 * undefined when it is there, and with the reason when it could not be had; a host that does not answer costs 5 seconds.
 */
export async function downloadTemporal(
  target: string,
  cacheFolder: string,
  origin: string,
): Promise<string | undefined> {
  const platform = `platform=${process.platform}&arch=${process.arch === 'x64' ? 'amd64' : process.arch}`
  const folder = await mkdtemp(join(cacheFolder, 'downloading-'))
  const abort = new AbortController()
  let timer = setTimeout(() => abort.abort(), answerMilliseconds)
  try {
    const response = await fetch(`${origin}/cli/archive/v${pinnedVersion}?${platform}`, {
      signal: abort.signal,
    })
    if (!response.ok || response.body === null) return `${origin} answered ${response.status}`
    clearTimeout(timer)
    timer = setTimeout(() => abort.abort(), wholeMilliseconds)
    const archive = join(folder, 'temporal.tar.gz')
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive))
    await run('tar', ['-xzf', archive, '-C', folder, 'temporal'])
    const binary = join(folder, 'temporal')
    const version = await temporalVersion(binary)
    if (version === undefined || !isRecentEnough(version)) return `what ${origin} sent does not run here`
    await rename(binary, target)
    return undefined
  } catch (error) {
    return abort.signal.aborted ? `${origin} does not answer in time` : `${origin}: ${reasonOf(error)}`
  } finally {
    clearTimeout(timer)
    await rm(folder, { recursive: true, force: true })
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
