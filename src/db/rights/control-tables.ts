/** Tables of the control store by what they are about. */
export const people = [
  'organization',
  'environment',
  'actor',
  'person',
  'service_account',
  'organization_member',
  'environment_member',
  'approver_group',
  'approver_group_member',
  'policy',
]

export const story = [
  'stream',
  'command',
  'stream_event',
  'answer',
  'promotion',
  'promotion_pin',
  'promotion_resubmission',
  'promotion_source_lock',
  'promotion_target_lock',
  'promotion_revision',
  'promotion_item',
  'promotion_step',
  'decision',
  'verdict_envelope',
  'external_verdict',
  'override_review',
  'override_review_outcome',
  'authorization',
  'receipt',
  'association',
  'asset_drift',
  'asset_restoration',
  'rollout',
  'rollout_confirmation',
  'production_command',
]

export const index = [
  'followed_log',
  'event_index',
  'asset_head',
  'log_store',
  'log_head',
  'log_entry',
  'log_node',
]

export const standing = 'standing_of(uuid,uuid)'
export const environmentRole = 'environment_role_of(uuid,uuid)'
export const stoodInFor = 'stood_in_for(uuid)'

export const foundColumns = ['promotion', 'finding', 'found_version', 'found_digest']
export const driftColumns = ['organization', 'asset', ...foundColumns]
export const restorationColumns = ['promotion', 'version', 'command', 'rolled_back', 'fence']
