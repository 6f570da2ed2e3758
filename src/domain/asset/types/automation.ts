import type { AssetType } from '../asset-type.ts'
import {
  assetIdentifier,
  contentSchema,
  eventType,
  flag,
  list,
  localIdentifier,
  oneOf,
  path,
  strictObject,
  text,
} from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

const scalar = { anyOf: [{ type: 'boolean' }, { type: 'number' }, { type: 'string', maxLength: 1000 }] }
const condition = strictObject({ path, operator: oneOf('equals', 'differs', 'exists'), value: scalar }, [
  'path',
  'operator',
])
const action = strictObject(
  {
    id: localIdentifier,
    kind: oneOf('notify', 'assign-form', 'create-task', 'call-webhook'),
    formTemplate: assetIdentifier,
    webhookSubscription: assetIdentifier,
    recipients: list(text(254), 50, { minItems: 1, uniqueItems: true }),
    subject: text(200),
  },
  ['kind'],
)

/** Does something when something happens. It lands off: nothing goes out of production before a person turns it on. */
export const automation: AssetType = deepFreeze({
  name: 'automation',
  promotable: true,
  writableBy: ['engineer'],
  references: [
    { pointer: '/actions/*/formTemplate', types: ['formTemplate'], required: true },
    { pointer: '/actions/*/webhookSubscription', types: ['webhookSubscription'], required: true },
  ],
  bindings: ['/actions/*/recipients'],
  secrets: [],
  immutable: [],
  landsAs: [{ pointer: '/enabled', value: false }],
  declares: [
    { pointer: '/trigger/eventType', as: 'event-type' },
    { pointer: '/actions', as: 'automation' },
  ],
  checks: [
    { check: 'distinct', each: '/actions/*', members: ['/id'] },
    {
      check: 'exclusive',
      each: '/actions/*',
      members: ['formTemplate', 'webhookSubscription', 'recipients'],
      required: false,
    },
    { check: 'exclusive', each: '/trigger', members: ['eventType', 'schedule'], required: true },
  ],
  schema: contentSchema(
    {
      enabled: flag,
      trigger: strictObject(
        {
          eventType,
          schedule: strictObject(
            {
              every: { type: 'string', format: 'duration', maxLength: 50 },
              timeZone: { type: 'string', maxLength: 64, pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$' },
            },
            ['every'],
          ),
          conditions: list(condition, 50),
        },
        [],
      ),
      actions: list(action, 50, { minItems: 1 }),
    },
    ['enabled', 'trigger', 'actions'],
  ),
})
