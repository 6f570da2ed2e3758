import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { assetTypesDocument } from '../../../src/domain/asset/document.ts'

test('the page of asset types is the one that the registry makes', () => {
  const page = readFileSync(new URL('../../../docs/asset-types.md', import.meta.url), 'utf8')
  expect(page).toBe(assetTypesDocument())
})
