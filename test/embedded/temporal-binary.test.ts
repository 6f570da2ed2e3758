import { execFile } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../src/embedded/ports.ts'
import { pinnedVersion } from '../../src/embedded/temporal/version.ts'
import { cachedBinaryName, findTemporal } from '../../src/embedded/temporal-binary.ts'
import { temporaryFolder } from './temporary-folder.ts'

const run = promisify(execFile)

interface Machine {
  readonly pathFolder: string
  readonly cacheFolder: string
  readonly told: string[]
  search(downloadOrigin?: string): Promise<string>
}

async function bareMachine(): Promise<Machine> {
  const folder = await temporaryFolder()
  const pathFolder = join(folder, 'bin')
  const cacheFolder = join(folder, 'cache')
  await mkdir(pathFolder)
  await mkdir(cacheFolder)
  const told: string[] = []
  const nobody = `http://127.0.0.1:${await freePort()}`
  return {
    pathFolder,
    cacheFolder,
    told,
    search: (downloadOrigin = nobody) =>
      findTemporal({ cacheFolder, path: pathFolder, downloadOrigin, onProgress: (line) => told.push(line) }),
  }
}

async function install(file: string, version: string): Promise<string> {
  await writeFile(file, `#!/bin/sh\necho "temporal version ${version}"\n`)
  await chmod(file, 0o755)
  return file
}

test('a Temporal on the PATH comes before the cache', async () => {
  const machine = await bareMachine()
  const onPath = await install(join(machine.pathFolder, 'temporal'), '1.9.1 (Server 1.32.0, UI 2.54.1)')
  await install(join(machine.cacheFolder, cachedBinaryName()), '0.0.0-DEV (Server 1.31.2, UI 2.50.1)')

  expect(await machine.search()).toBe(onPath)
})

test('an old Temporal on the PATH is passed over, with the reason', async () => {
  const machine = await bareMachine()
  const onPath = await install(join(machine.pathFolder, 'temporal'), '1.5.1 (Server 1.29.1, UI 2.40.0)')
  const cached = await install(
    join(machine.cacheFolder, cachedBinaryName()),
    '0.0.0-DEV (Server 1.31.2, UI 2.50.1)',
  )

  expect(await machine.search()).toBe(cached)
  expect(machine.told).toEqual([`Not using ${onPath}: it is 1.5.1, 1.8 is needed.`])
})

test('a build from source on the PATH is judged by its server', async () => {
  const machine = await bareMachine()
  const onPath = await install(join(machine.pathFolder, 'temporal'), '0.0.0-DEV (Server 1.31.2, UI 2.50.1)')

  expect(await machine.search()).toBe(onPath)
})

test('a download is kept in the cache and not repeated', async () => {
  const machine = await bareMachine()
  const served = await temporaryFolder()
  await install(join(served, 'temporal'), `${pinnedVersion} (Server 1.31.2, UI 2.50.1)`)
  await run('tar', ['-czf', join(served, 'archive.tar.gz'), '-C', served, 'temporal'])
  const archive = await readFile(join(served, 'archive.tar.gz'))
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end(archive)
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const cached = join(machine.cacheFolder, cachedBinaryName())

  const found = await Promise.all([
    machine.search(`http://127.0.0.1:${port}`),
    machine.search(`http://127.0.0.1:${port}`),
  ])

  expect(found).toEqual([cached, cached])
  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatch(new RegExp(`^/cli/archive/v${pinnedVersion}\\?platform=${process.platform}&arch=`))
  expect(await readdir(machine.cacheFolder)).toEqual([cachedBinaryName()])
})

test('what does not answer like Temporal is not kept', async () => {
  const machine = await bareMachine()
  const port = await freePort()
  const server = createServer((_request, response) => response.end('<html>sign in to the network</html>'))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })

  await expect(machine.search(`http://127.0.0.1:${port}`)).rejects.toThrow('could not be had')
  expect(await readdir(machine.cacheFolder)).toEqual([])
})

test('without a download and without Go, every way to get a server is named', async () => {
  const machine = await bareMachine()

  await expect(machine.search()).rejects.toThrow(
    /there is no Go on the PATH.*TEMPORAL_ADDRESS.*temporal --version.*go\.dev/s,
  )
})

test('a Go build that fails is reported with what it said', async () => {
  const machine = await bareMachine()
  const go = join(machine.pathFolder, 'go')
  await writeFile(go, '#!/bin/sh\necho "go: go.mod requires go >= 1.26.4 (running go 1.20)" >&2\nexit 1\n')
  await chmod(go, 0o755)

  await expect(machine.search()).rejects.toThrow(/the Go build failed: go: go\.mod requires go >= 1\.26\.4/)
  expect(await readdir(machine.cacheFolder)).toEqual([])
})

test('the release that is searched for is the one that tools/temporal pins', async () => {
  const module = await readFile(new URL('../../tools/temporal/go.mod', import.meta.url), 'utf8')

  expect(module).toContain(`github.com/temporalio/cli v${pinnedVersion}`)
})
