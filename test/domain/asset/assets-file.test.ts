import { expect, test } from 'vitest'
import { assetsFileFormat, mostAssetsInFile, mostFileBytes } from '../../../src/domain/asset/assets-file.ts'

test('a file of assets says what it is, and holds ten thousand assets and 16 MiB at most', () => {
  expect(assetsFileFormat).toBe('countersign/assets/1')
  expect(mostAssetsInFile).toBe(10_000)
  expect(mostFileBytes).toBe(16_777_216)
})
