import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { preflightDocument } from '../../../src/domain/preflight/document.ts'

test('the page of preflight is the one that the registry makes', () => {
  const page = readFileSync(new URL('../../../docs/preflight.md', import.meta.url), 'utf8')
  expect(page).toBe(preflightDocument())
})
