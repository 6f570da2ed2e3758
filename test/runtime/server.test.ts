import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findProcess, type RunningProcess } from '../../src/embedded/running-process.ts'
import { startServer } from './spawn-countersign.ts'

vi.setConfig({ testTimeout: 120_000 })

async function freshData(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-runtime-'))
  // PostgreSQL may run under an account of its own, which has to enter.
  await chmod(folder, 0o711)
  onTestFinished(async () => {
    await expectEnd(await serversIn(folder))
    await rm(folder, { recursive: true, force: true })
  })
  return folder
}

async function serversIn(folder: string): Promise<readonly RunningProcess[]> {
  const texts = await Promise.all(
    ['postgres', 'temporal'].map((name) =>
      readFile(join(folder, name, 'occupant.json'), 'utf8').catch(() => undefined),
    ),
  )
  return texts.flatMap((text) =>
    text === undefined ? [] : (JSON.parse(text) as { server: RunningProcess }).server,
  )
}

async function expectEnd(servers: readonly RunningProcess[]): Promise<void> {
  await vi.waitFor(
    () => {
      for (const { processId } of servers) expect(findProcess(processId)).toBeUndefined()
    },
    { timeout: 20_000, interval: 50 },
  )
}

function keysIn(text: string): readonly string[] {
  return text.match(/\bcsk_\w+/g) ?? []
}

async function me(url: string, key: string | undefined): Promise<number> {
  const answer = await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${key}` } })
  return answer.status
}

test('asked to stop, it ends with the servers it brought along; the next start keeps the data and prints no secret', async () => {
  const data = await freshData()
  const first = await startServer({ COUNTERSIGN_DATA: data })
  const [key, ...others] = keysIn(first.output())
  const servers = await serversIn(data)

  expect(others).toEqual([])
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200)
  expect(await me(first.url, key)).toBe(200)

  first.process.kill('SIGTERM')
  const { code, errors } = await first.ended

  expect(code).toBe(0)
  expect(servers.map(({ processId }) => findProcess(processId))).toEqual([undefined, undefined])
  for (const line of errors.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
  expect((await stat(join(data, 'secrets.json'))).mode & 0o077).toBe(0)

  const second = await startServer({ COUNTERSIGN_DATA: data })

  expect(await me(second.url, key)).toBe(200)
  expect(keysIn(second.output() + second.errors() + errors)).toEqual([])
})

test('killed, it leaves neither server running, and the next start finds what was there', async () => {
  const data = await freshData()
  const first = await startServer({ COUNTERSIGN_DATA: data })
  const [key] = keysIn(first.output())
  const servers = await serversIn(data)
  expect(servers).toHaveLength(2)

  first.process.kill('SIGKILL')
  await expectEnd(servers)
  const second = await startServer({ COUNTERSIGN_DATA: data })

  expect(await me(second.url, key)).toBe(200)
})

test('when its PostgreSQL ends by itself, it says so and ends too', async () => {
  const data = await freshData()
  const server = await startServer({ COUNTERSIGN_DATA: data })
  const [postgres, temporal] = await serversIn(data)

  if (postgres !== undefined) process.kill(postgres.processId, 'SIGKILL')
  const { code, errors } = await server.ended

  expect(code).toBe(1)
  expect(errors).toContain('PostgreSQL has ended by itself.')
  if (temporal !== undefined) expect(findProcess(temporal.processId)).toBeUndefined()
})
