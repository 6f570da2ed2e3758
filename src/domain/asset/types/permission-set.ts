import type { AssetType } from '../asset-type.ts'
import { contentSchema, list, localIdentifier, strictObject, text } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

/** What the user behind an integration may do. Which user that is differs from environment to environment. */
export const permissionSet: AssetType = deepFreeze({
  name: 'permissionSet',
  promotable: true,
  writableBy: ['engineer'],
  references: [],
  bindings: ['/integrationUser/userId'],
  secrets: [],
  immutable: [],
  checks: [{ check: 'distinct', each: '/permissions/*', members: ['/name'] }],
  declares: [{ pointer: '/permissions/*/name', as: 'permission' }],
  schema: contentSchema(
    {
      integrationUser: strictObject(
        { userId: { anyOf: [{ type: 'integer', minimum: 1 }, localIdentifier] }, role: text(100) },
        ['userId'],
      ),
      permissions: list(strictObject({ name: localIdentifier, because: text(500) }, ['name']), 500, {
        minItems: 1,
      }),
    },
    ['integrationUser', 'permissions'],
  ),
})
