import { spawn } from 'node:child_process'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const commandPackage = 'github.com/temporalio/cli/cmd/temporal'
const moduleFolder = fileURLToPath(new URL('../../../tools/temporal', import.meta.url))
const progressMilliseconds = 15_000

/**
 * Builds the Temporal that tools/temporal pins to `target`, with the Go command `go`, telling the time that has passed every
 * 15 seconds. Settles with undefined when it is there, and with what the build said last when it failed.
 */
export async function buildTemporal(
  go: string,
  target: string,
  cacheFolder: string,
  onProgress: (message: string) => void,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(cacheFolder, 'building-'))
  const began = Date.now()
  const progress = setInterval(() => {
    onProgress(`Still building Temporal (${Math.round((Date.now() - began) / 1000)} s).`)
  }, progressMilliseconds)
  try {
    const binary = join(folder, 'temporal')
    const failure = await run(go, binary)
    if (failure !== undefined) return failure
    await rename(binary, target)
    onProgress(`Built Temporal in ${Math.round((Date.now() - began) / 1000)} s; it is kept as ${target}.`)
    return undefined
  } finally {
    clearInterval(progress)
    await rm(folder, { recursive: true, force: true })
  }
}

// `env` adds to the environment that Go needs (proxy, caches, home) without this code reading it.
async function run(go: string, binary: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const build = spawn(
      'env',
      [
        'CGO_ENABLED=0',
        'GOFLAGS=-mod=readonly -buildvcs=false',
        go,
        'build',
        '-trimpath',
        '-ldflags=-s -w',
        '-o',
        binary,
        commandPackage,
      ],
      { cwd: moduleFolder, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let said = ''
    build.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000)
    })
    build.once('error', (error) => resolve(error.message))
    build.once('close', (code) => resolve(code === 0 ? undefined : said.trim() || `go ended with ${code}`))
  })
}
