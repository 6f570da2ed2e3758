import { apiInControl } from './control-api.ts'
import { index, people } from './control-tables.ts'
import { workerControl } from './control-worker.ts'
import {
  appendFunction,
  organizationFunction,
  originFunction,
  type RightsByRole,
  readable,
  type StoreRights,
  tables,
} from './right.ts'

const followerTables = tables(readable('followed_log', 'log_store'), {
  environment: { select: ['organization', 'id', 'store'] },
})
const follow = 'follow(text,bigint,bytea[])'
const withoutKey = 'environments_without_key(text,integer)'
const publishing = {
  sealing_key: {
    select: 'all',
    insert: ['organization', 'environment', 'kid', 'public_key'],
  },
} as const

const sourceWorker: StoreRights = {
  tables: tables(followerTables, publishing, readable('pinned_version', 'promotion_snapshot', 'content'), {
    content: { insert: 'all' },
    promotion_snapshot: { insert: 'all' },
  }),
  functions: [organizationFunction, follow, withoutKey],
  appends: [],
}

// Nothing is ever promoted from development, so its worker freezes nothing.
const developmentWorker: StoreRights = {
  tables: tables(followerTables, publishing),
  functions: [organizationFunction, follow, withoutKey],
  appends: [],
}

const authorized = [
  'authorized_item',
  'authorized_production_command',
  'authorized_secret',
  'authorized_erasure',
]

const workerProduction: StoreRights = {
  tables: tables(followerTables, publishing, readable(...authorized, 'receipt'), {
    // Of the organization's own types, to tell from bytes what they refer to.
    asset_type: { select: ['organization', 'name', 'version', 'definition', 'digest'] },
    receipt: {
      insert: [
        'organization',
        'promotion',
        'revision',
        'position',
        'landed_digest',
        'landed_version',
        'landing_origin',
        'landing_index',
        'landing_leaf_hash',
      ],
    },
  }),
  functions: [appendFunction, originFunction, organizationFunction, follow, withoutKey],
  appends: ['promotion.receipted'],
}

/** Who may do what in the control database. */
export const controlRights: RightsByRole = {
  api: apiInControl,
  worker_control: workerControl,
  worker_staging: sourceWorker,
  worker_development: developmentWorker,
  worker_production: workerProduction,
  signer: {
    tables: readable('log_store', 'log_head', 'log_node'),
    functions: [organizationFunction, originFunction, 'log_heads_since(timestamp with time zone)'],
    appends: [],
  },
  auditor: {
    tables: readable(
      ...people,
      ...index,
      'erasable_text',
      'promotion',
      'promotion_revision',
      'promotion_item',
      'promotion_step',
      'decision',
      'verdict_envelope',
      'external_verdict',
      'authorization',
      'receipt',
      'follow_right',
    ),
    functions: [organizationFunction, originFunction],
    appends: [],
  },
}
