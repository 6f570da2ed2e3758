import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheFolder, dataFolder } from '../../src/embedded/data-folder.ts'

test('data lives where it was configured, whatever else is set', () => {
  expect(dataFolder('/srv/countersign', '/elsewhere')).toBe('/srv/countersign')
})

test("data lives in the user's data folder by default", () => {
  expect(dataFolder(undefined, '/elsewhere')).toBe('/elsewhere/countersign')
  expect(dataFolder()).toBe(join(homedir(), '.local', 'share', 'countersign'))
})

test('an empty or relative setting counts as none', () => {
  expect(dataFolder('', 'relative')).toBe(join(homedir(), '.local', 'share', 'countersign'))
})

test("what can be made again lives in the user's cache folder", () => {
  expect(cacheFolder('/elsewhere')).toBe('/elsewhere/countersign')
  expect(cacheFolder()).toBe(join(homedir(), '.cache', 'countersign'))
})
