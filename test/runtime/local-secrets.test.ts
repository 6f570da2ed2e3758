import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localSecrets } from '../../src/runtime/installation/local-secrets.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), `countersign-${randomUUID()}`))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('a local installation makes its sealing keys once, another one for every kind, and keeps them', async () => {
  const { sealingKeys } = await localSecrets(folder)
  const all = Object.values(sealingKeys).flat()
  expect(all.map((key) => key.length)).toEqual([32, 32, 32])
  expect(new Set(all.map((key) => Buffer.from(key).toString('hex'))).size).toBe(3)
  expect((await localSecrets(folder)).sealingKeys).toEqual(sealingKeys)
})

test('a local installation makes the key of its checks once, and keeps it', async () => {
  const { checksKey } = await localSecrets(folder)
  expect(checksKey).toHaveLength(32)
  expect((await localSecrets(folder)).checksKey).toEqual(checksKey)
})

test('an installation from before there were any gets them, and keeps what else it had', async () => {
  const { fingerprintKey, passwords } = await localSecrets(folder)
  const file = join(folder, 'secrets.json')
  const { sealingKeys: _, checksKey: __, ...before } = JSON.parse(await readFile(file, 'utf8'))
  await writeFile(file, JSON.stringify(before))
  const after = await localSecrets(folder)
  expect(after).toMatchObject({ fingerprintKey, passwords })
  expect(after.sealingKeys.production).toHaveLength(1)
  expect(after.checksKey).toHaveLength(32)
  expect(await localSecrets(folder)).toEqual(after)
})
