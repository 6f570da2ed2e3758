import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { findProcess, type RunningProcess } from '../../src/embedded/running-process.ts'
import { type SpawnedDemo, spawnDemo } from './spawn-demo.ts'

// Where Temporal has to be got first, that comes on top.
vi.setConfig({ testTimeout: 900_000 })

interface Occupant {
  readonly server: RunningProcess
}

async function serversOf(demo: SpawnedDemo): Promise<readonly number[]> {
  const texts = await Promise.all(
    ['postgres', 'temporal'].map((name) => readFile(join(demo.folder(), name, 'occupant.json'), 'utf8')),
  )
  return texts.map((text) => (JSON.parse(text) as Occupant).server.processId)
}

test('the demo tells its whole story, every claim holds, and nothing is left behind', async () => {
  const demo = await spawnDemo()

  expect(await demo.exited, demo.errors()).toBe(0)
  expect(demo.output()).toMatch(/Everything held: \d+ checks/)
  expect(demo.output().match(/contributor-may-not-decide/g)).toHaveLength(2)
  expect(await demo.leftovers()).toEqual([])
})

test('interrupted in the middle, the demo stops its servers and removes its data', async () => {
  const demo = await spawnDemo()
  await demo.says('1. Five people')
  const servers = await serversOf(demo)

  demo.process.kill('SIGINT')

  expect(await demo.exited).toBe(130)
  expect(servers.map(findProcess)).toEqual([undefined, undefined])
  expect(await demo.leftovers()).toEqual([])
})

test('a demo that loses its database fails, says why, and keeps its data for whoever looks into it', async () => {
  const demo = await spawnDemo()
  await demo.says('1. Five people')
  const [postgres = 0] = await serversOf(demo)

  process.kill(postgres, 'SIGKILL')

  expect(await demo.exited).toBe(1)
  expect(demo.errors()).toContain('The demo failed.')
  expect(demo.errors()).toContain(demo.folder())
  expect(await demo.leftovers()).toHaveLength(1)
})
