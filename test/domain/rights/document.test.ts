import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rightsDocument } from '../../../src/domain/rights/document.ts'

test('the page that says who may do what is the one that the table makes', () => {
  const page = readFileSync(new URL('../../../docs/who-may-do-what.md', import.meta.url), 'utf8')
  expect(page).toBe(rightsDocument())
})
