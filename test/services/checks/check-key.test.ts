import { expect, test } from 'vitest'
import { identifier, type OrganizationId } from '../../../src/domain/identifiers.ts'
import {
  checkKeyOf,
  publicCheckKey,
} from '../../../src/services/promotions/preflight/checks/keys/check-key.ts'

const [one, other] = [
  identifier<OrganizationId>('01890000-0000-7000-8000-000000000001'),
  identifier<OrganizationId>('01890000-0000-7000-8000-000000000002'),
]

test('every organization has a pair of its own, which follows from the secret alone', () => {
  const key = checkKeyOf(new Uint8Array(32).fill(1))
  expect(publicCheckKey(key, one)).toBe(publicCheckKey(checkKeyOf(new Uint8Array(32).fill(1)), one))
  expect(publicCheckKey(key, one)).not.toBe(publicCheckKey(key, other))
  expect(publicCheckKey(checkKeyOf(new Uint8Array(32).fill(2)), one)).not.toBe(publicCheckKey(key, one))
})

test('the id of a key tells nothing about it', () => {
  const secret = new Uint8Array(32).fill(1)
  const { kid } = checkKeyOf(secret)
  expect(kid).toMatch(/^[0-9a-f]{32}$/)
  expect(Buffer.from(secret).toString('hex')).not.toContain(kid)
})
