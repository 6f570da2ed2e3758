import {
  appendFunction,
  organizationFunction,
  originFunction,
  type RightsByRole,
  readable,
  type StoreRights,
  tables,
} from './right.ts'

const log = ['log_store', 'log_head', 'log_entry', 'log_node']
const assets = [
  'content',
  'asset',
  'asset_version',
  'asset_reference',
  'active_version',
  'landing',
  'discard',
  'performed_act',
  'erasure',
]
const olderKeys = 'sealed_with_older_keys(text,text[],integer)'
const headsSince = 'log_heads_since(timestamp with time zone)'

const writtenAsset = ['version', 'name', 'updated_at', 'updated_by', 'deleted_at']
const newAsset = ['organization', 'id', 'environment', 'type', 'name', 'version', 'created_by', 'updated_by']
const newVersion = ['organization', 'asset', 'version', 'digest', 'name', 'author', 'promotion', 'entry']

const erased = ['organization', 'asset', 'version', 'digest', 'proposed_by', 'confirmed_by', 'entry']
const sealed = ['organization', 'asset', 'pointer', 'kid', 'sealed', 'supplied_by', 'entry']
const sealedAgain = ['kid', 'sealed', 'supplied_by', 'supplied_at', 'entry']
/** Where there is a secret and since when; never the sealed value itself. */
const presence = ['organization', 'asset', 'pointer', 'kid', 'supplied_at']

const signer: StoreRights = {
  tables: readable('log_store', 'log_head', 'log_node'),
  functions: [organizationFunction, originFunction, headsSince],
  appends: [],
}

const auditor: StoreRights = {
  tables: readable(...log, 'erasable_text', 'asset_version', 'landing', 'discard'),
  functions: [organizationFunction, originFunction],
  appends: [],
}

const apiOfSource: StoreRights = {
  tables: tables(readable(...assets, ...log, 'erasable_text', 'idempotency_key'), {
    content: { insert: 'all', update: ['bytes'] },
    erasure: { insert: erased },
    sealed_secret: { select: presence, insert: sealed, update: sealedAgain, delete: true },
    asset: { insert: newAsset, update: writtenAsset },
    asset_version: { insert: newVersion },
    asset_reference: { insert: 'all' },
    asset_endpoint: { select: 'all', insert: 'all' },
    erasable_text: { insert: 'all' },
    idempotency_key: {
      insert: ['organization', 'actor', 'operation', 'key', 'fingerprint', 'resource', 'version'],
    },
  }),
  functions: [appendFunction, originFunction, organizationFunction],
  appends: [
    'asset.created',
    'asset.version-written',
    'asset.deleted',
    'asset.version-erased',
    'secret.supplied',
    'secret.dropped',
    'assets.imported',
  ],
}

const workerOfSource: StoreRights = {
  tables: tables(readable('content', 'asset', 'asset_version', 'active_version', 'sealed_secret', ...log), {
    sealed_secret: { update: ['kid', 'sealed'] },
  }),
  functions: [appendFunction, organizationFunction, originFunction, headsSince, olderKeys],
  appends: ['secret.resealed'],
}

/** Who may do what in a staging store. */
export const stagingRights: RightsByRole = {
  api: apiOfSource,
  worker_staging: workerOfSource,
  signer,
  auditor,
}

/** Who may do what in a development store. */
export const developmentRights: RightsByRole = {
  api: apiOfSource,
  worker_development: workerOfSource,
  signer,
  auditor,
}

/** Who may do what in a production store: its worker alone writes. */
export const productionRights: RightsByRole = {
  api: {
    tables: tables(readable(...assets, ...log), { sealed_secret: { select: presence } }),
    functions: [organizationFunction, originFunction],
    appends: [],
  },
  worker_production: {
    tables: tables(readable(...assets, ...log, 'fence', 'sealed_secret'), {
      content: { insert: 'all', update: ['bytes'] },
      erasure: { insert: erased },
      sealed_secret: { insert: [...sealed, 'fence'], update: [...sealedAgain, 'fence'] },
      asset: { insert: newAsset, update: writtenAsset },
      asset_version: { insert: newVersion },
      asset_reference: { insert: 'all' },
      active_version: {
        insert: ['organization', 'asset', 'version', 'activated_by'],
        update: ['version', 'activated_at', 'activated_by'],
        delete: true,
      },
      fence: { insert: 'all', update: ['highest'] },
      landing: {
        insert: [
          'organization',
          'promotion',
          'revision',
          'position',
          'asset',
          'version',
          'digest',
          'fence',
          'entry',
        ],
      },
      discard: { insert: ['organization', 'promotion', 'revision', 'entry'] },
      performed_act: { insert: ['organization', 'act', 'purpose', 'asset', 'version', 'entry', 'instead'] },
    }),
    functions: [appendFunction, originFunction, organizationFunction, headsSince, olderKeys],
    appends: [
      'asset.created',
      'asset.version-written',
      'asset.landed',
      'asset.discarded',
      'asset.activated',
      'asset.restored',
      'asset.rolled-back',
      'asset.version-erased',
      'secret.supplied',
      'secret.resealed',
      'landing.refused',
    ],
  },
  signer,
  auditor,
}
