import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { builtInAssetTypes } from '../../../src/domain/asset/registry.ts'
import { digest, identifier, type OrganizationId } from '../../../src/domain/identifiers.ts'
import { openFittingMemory } from '../../../src/services/assets/fitting-memory.ts'

const [one, other] = builtInAssetTypes
if (one === undefined || other === undefined) throw new Error('there are built-in types')
const organization = identifier<OrganizationId>(uuidv7())
const bytes = { organization, type: one, digest: digest('a'.repeat(64)) }

test('what fits is remembered for its organization, its type and its bytes alone', () => {
  const memory = openFittingMemory()
  expect(memory.fits(bytes)).toBe(false)
  memory.remember(bytes)
  expect(memory.fits(bytes)).toBe(true)
  expect(memory.fits({ ...bytes, organization: identifier<OrganizationId>(uuidv7()) })).toBe(false)
  expect(memory.fits({ ...bytes, type: other })).toBe(false)
  expect(memory.fits({ ...bytes, digest: digest('b'.repeat(64)) })).toBe(false)
})

test('of a type that an organization may change nothing is remembered', () => {
  const memory = openFittingMemory()
  const own = { ...bytes, type: { ...one, name: 'letter' } }
  memory.remember(own)
  expect(memory.fits(own)).toBe(false)
  memory.remember(bytes)
  expect(memory.fits({ ...bytes, type: { ...one } })).toBe(false)
})
