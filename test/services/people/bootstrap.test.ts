import { expect, test } from 'vitest'
import { initialPolicy } from '../../../src/domain/policy/policy.ts'
import { anyOrganization } from '../../../src/services/organizations/any-organization.ts'
import { bootstrap } from '../../../src/services/organizations/bootstrap.ts'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import { apiStores } from '../../support/api.ts'
import { openStores } from '../../support/stores.ts'

const testStores = await openStores()
const stores = apiStores(testStores)
const control = testStores.superuser('control')

test('the first start finds no organization and makes one with all it needs', async () => {
  expect(await anyOrganization(stores)).toBe(false)
  const made = await bootstrap({ stores }, { organizationName: 'Clinic', ownerName: 'Olive Owner' })
  expect(await anyOrganization(stores)).toBe(true)

  const { rows: environments } = await control.query('SELECT kind, id FROM environment ORDER BY kind')
  expect(Object.fromEntries(environments.map(({ kind, id }) => [kind, id]))).toEqual(made.environments)
  const { rows: roles } = await control.query('SELECT role, actor FROM environment_member')
  expect(roles).toEqual(Array.from({ length: 3 }, () => ({ role: 'engineer', actor: made.owner })))
  const { rows: policies } = await control.query('SELECT environment, version, document FROM policy')
  expect(policies).toEqual([
    {
      environment: made.environments.production,
      version: 1,
      document: Buffer.from(canonicalBytes(JSON.parse(JSON.stringify(initialPolicy)))),
    },
  ])
  const { rows: entries } = await control.query('SELECT type FROM log_entry ORDER BY index')
  expect(entries.map(({ type }) => type)).toEqual([
    'organization.created',
    'person.created',
    'organization-member.set',
    ...Array.from({ length: 3 }, () => ['environment.created', 'environment-member.set']).flat(),
    'group.set',
    'policy.set',
    'api-key.created',
  ])
  expect(made.keys.organization).toMatch(/^csk_org_/)
})

test('a bootstrap that fails leaves nothing behind', async () => {
  const before = await control.query('SELECT count(*) FROM organization')
  const asked = { organizationName: 'Clinic', ownerName: 'x'.repeat(201) }
  await expect(bootstrap({ stores }, asked)).rejects.toThrow()
  const after = await control.query('SELECT count(*) FROM organization')
  expect(after.rows).toEqual(before.rows)
})
