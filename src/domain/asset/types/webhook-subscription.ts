import type { AssetType } from '../asset-type.ts'
import {
  contentSchema,
  eventType,
  flag,
  list,
  localIdentifier,
  secureUrl,
  strictObject,
} from '../content-schema.ts'
import { deepFreeze } from '../json/deep-freeze.ts'

/**
 * Sends events to a URL, on behalf of a platform user. URL, user and signing secret belong to one environment, and what
 * lands in production sends nothing yet.
 */
export const webhookSubscription: AssetType = deepFreeze({
  name: 'webhookSubscription',
  promotable: true,
  writableBy: ['engineer'],
  references: [],
  bindings: ['/url', '/runsAs/userId'],
  secrets: ['/signingSecret'],
  immutable: [],
  landsAs: [{ pointer: '/enabled', value: false }],
  declares: [
    { pointer: '/eventTypes/*', as: 'event-type' },
    { pointer: '/runsAs/requiredPermissions/*', as: 'permission' },
  ],
  schema: contentSchema(
    {
      url: secureUrl,
      eventTypes: list(eventType, 500, { minItems: 1, uniqueItems: true }),
      retryOnFailure: flag,
      enabled: flag,
      hasSigningSecret: flag,
      runsAs: strictObject(
        {
          userId: { anyOf: [{ type: 'integer', minimum: 1 }, localIdentifier] },
          requiredPermissions: list(localIdentifier, 200, { uniqueItems: true }),
        },
        ['userId'],
      ),
    },
    ['url', 'eventTypes', 'enabled'],
  ),
})
