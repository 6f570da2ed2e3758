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

const sourceWorker: StoreRights = {
  tables: tables(followerTables, readable('pinned_version', 'promotion_snapshot', 'content'), {
    content: { insert: 'all' },
    promotion_snapshot: { insert: 'all' },
  }),
  functions: [organizationFunction, follow],
  appends: [],
}

// Nothing is ever promoted from development, so its worker freezes nothing.
const developmentWorker: StoreRights = {
  tables: followerTables,
  functions: [organizationFunction, follow],
  appends: [],
}

const workerProduction: StoreRights = {
  tables: tables(followerTables, readable('authorized_item', 'authorized_production_command', 'receipt'), {
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
  functions: [appendFunction, originFunction, organizationFunction, follow],
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
      'authorization',
      'receipt',
    ),
    functions: [organizationFunction, originFunction],
    appends: [],
  },
}
