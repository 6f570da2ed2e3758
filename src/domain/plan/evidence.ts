/** What a requester may bring along from staging to show that the bundle works there. */
export const evidenceKinds = Object.freeze([
  'request-response',
  'webhook-payload',
  'error-retry',
  'scoped-key',
  'role',
  'operational-flow',
  'not-testable',
] as const)

export type EvidenceKind = (typeof evidenceKinds)[number]
