import type { AssetType } from '../asset-type.ts'
import { contentSchema, list, localIdentifier, strictObject, text } from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

/** A list of codes. A value's id is part of the content and travels with it, so that translations keep their ends. */
export const valueSet: AssetType = deepFreeze({
  name: 'valueSet',
  promotable: true,
  writableBy: ['engineer', 'support'],
  references: [],
  bindings: [],
  secrets: [],
  immutable: [],
  checks: [
    { check: 'distinct', each: '/values/*', members: ['/id'] },
    { check: 'distinct', each: '/values/*', members: ['/value'] },
  ],
  schema: contentSchema(
    { values: list(strictObject({ id: localIdentifier, value: text(500) }, ['value']), 10_000) },
    ['values'],
  ),
})
