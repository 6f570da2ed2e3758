import { sampleCheck } from './rollout.ts'
import type { Sample } from './world.ts'

/**
 * What a key gets of an operation: `opens` lets it through to what the operation itself says, a number is the refusal.
 */
export type Expected = 'opens' | 401 | 403 | 404

/** What an owner who is an engineer everywhere gets, by what their key opens. */
export interface Doors {
  readonly organization: Expected
  /** The environment that the operation is about; of a promotion its source. */
  readonly own: Expected
  /** An environment of another kind; of a promotion the one that is neither of its ends. */
  readonly other: Expected
  /** Of a promotion, its destination. */
  readonly destination?: Expected
  /** A key of staging that asks about production, which it may know the name of. */
  readonly outline?: Expected
}

/** One line for each operation of the OpenAPI document. */
export interface Line {
  readonly doors: Doors
  readonly body?: (sample: Sample) => object
  /** Path parameters that differ from those of the sample. */
  readonly parameters?: (sample: Sample) => Readonly<Record<string, string>>
  /** Query parameters that it cannot do without. */
  readonly query?: (sample: Sample) => Readonly<Record<string, string>>
  readonly ifMatch?: string
  /** What the own key gets in production, where it is another than elsewhere. */
  readonly production?: Expected
  /** What a viewer with the auditor grant gets who tries to change something with the right key; 403 when left out. */
  readonly viewer?: Expected | 409
  /** What an auditor without any environment gets with a key of the organization; otherwise as `doors.organization`. */
  readonly auditor?: Expected
  /** Whether it is about nobody but whoever asks, so that a role asked for and a grant held make no difference. */
  readonly ownAffair?: true
  /** Whether a service account is refused whatever it holds. */
  readonly humansOnly?: true
  /** Whether a sign-in token may call it. */
  readonly signIn?: true
}

const anyKey: Doors = { organization: 'opens', own: 'opens', other: 'opens' }
const organizationOnly: Doors = { organization: 'opens', own: 403, other: 403 }
const ofEnvironment: Doors = { organization: 404, own: 'opens', other: 404 }
const inspected: Doors = { organization: 'opens', own: 'opens', other: 404, outline: 403 }
const administered: Doors = { organization: 'opens', own: 403, other: 404, outline: 403 }
const ofEitherEnd: Doors = { organization: 'opens', own: 'opens', other: 404, destination: 'opens' }
const ofSource: Doors = { organization: 403, own: 'opens', other: 403, destination: 403 }
const ofDestination: Doors = { organization: 403, own: 403, other: 404, destination: 'opens' }

// The sample's requester is somebody else.
const ofRequesterOrDestination: Doors = ofDestination

const digest = `"${'0'.repeat(64)}"`
export const approval = { name: 'sign', kind: 'approval', approvals: 1 }
export const plainPolicy = { rules: [{ name: 'all', steps: [approval] }] }

/**
 * Every operation with a valid call of it, and what each kind of key gets. A new route needs a line of its own here; the
 * names of path parameters stand for what the sample holds.
 */
export const lines: Readonly<Record<string, Line>> = Object.freeze({
  getMe: { doors: anyKey },
  listOrganizations: { doors: anyKey },
  getOrganization: { doors: anyKey },
  createOrganization: {
    doors: organizationOnly,
    auditor: 403,
    body: () => ({ name: 'Another organization', owner: { name: 'Nora North' } }),
  },
  updateOrganization: { doors: organizationOnly, auditor: 403, body: () => ({ name: 'Given anew' }) },
  createEnvironment: {
    doors: organizationOnly,
    auditor: 403,
    body: () => ({ name: 'Further', kind: 'development' }),
  },
  listMembers: { doors: organizationOnly },
  setMember: { doors: organizationOnly, auditor: 403, body: () => ({ role: 'member' }) },
  removeMember: { doors: organizationOnly, auditor: 403 },
  listPeople: { doors: organizationOnly },
  createPerson: { doors: organizationOnly, auditor: 403, body: () => ({ kind: 'human', name: 'Somebody' }) },
  updatePerson: { doors: organizationOnly, auditor: 403, body: () => ({ name: 'Renamed' }) },
  listGroups: { doors: organizationOnly },
  getGroup: { doors: organizationOnly },
  setGroup: { doors: organizationOnly, auditor: 403, body: ({ person }) => ({ members: [person] }) },
  removeGroup: { doors: organizationOnly, auditor: 403 },
  linkMyIdentity: {
    doors: organizationOnly,
    body: () => ({ accessToken: 'x.y.z' }),
    ownAffair: true,
    humansOnly: true,
  },
  unlinkMyIdentity: { doors: organizationOnly, ownAffair: true, humansOnly: true },
  listDelegations: { doors: organizationOnly, humansOnly: true },
  giveDelegation: {
    doors: organizationOnly,
    body: ({ person }) => ({
      to: person,
      startsAt: '2999-01-01T00:00:00Z',
      endsAt: '2999-02-01T00:00:00Z',
      reason: 'Away',
    }),
    ownAffair: true,
    humansOnly: true,
  },
  endDelegation: { doors: organizationOnly, humansOnly: true },
  listApiKeys: { doors: anyKey },
  createApiKey: {
    doors: { organization: 'opens', own: 'opens', other: 403 },
    body: ({ environment }) => ({ name: 'another', environment }),
    viewer: 'opens',
    auditor: 404,
    signIn: true,
  },
  revokeApiKey: { doors: { organization: 'opens', own: 'opens', other: 404 }, viewer: 404, auditor: 404 },
  listEnvironments: { doors: anyKey },
  getEnvironment: { doors: { ...inspected, outline: 'opens' } },
  getEnvironmentParity: {
    doors: ofEnvironment,
    query: ({ environment, staging, production }) => ({
      with: environment === staging ? production : staging,
    }),
  },
  listEnvironmentMembers: { doors: inspected },
  setEnvironmentMember: { doors: administered, auditor: 404, body: () => ({ role: 'viewer' }) },
  removeEnvironmentMember: { doors: administered, auditor: 404 },
  getPolicy: { doors: inspected },
  setPolicy: {
    doors: administered,
    auditor: 404,
    body: () => plainPolicy,
  },
  getPolicyProposal: { doors: inspected },
  confirmPolicy: { doors: administered, auditor: 404 },
  listPolicyVersions: { doors: inspected },
  checkPolicy: {
    doors: administered,
    auditor: 404,
    body: ({ environment }) => ({ environment }),
  },
  freezeOrganization: { doors: organizationOnly, auditor: 403, body: () => ({ reason: 'Stop' }) },
  unfreezeOrganization: { doors: organizationOnly, auditor: 403 },
  listFreezes: { doors: inspected },
  setFreeze: { doors: administered, auditor: 404, body: () => ({ reason: 'Inventory' }) },
  liftFreeze: { doors: administered, auditor: 404 },
  createAsset: { doors: ofEnvironment, body: ({ content }) => content },
  listAssets: { doors: ofEnvironment },
  getAsset: { doors: ofEnvironment },
  writeAssetVersion: { doors: ofEnvironment, body: ({ content }) => ({ content: content.content }) },
  deleteAsset: { doors: ofEnvironment, production: 403 },
  exportAssets: { doors: ofEnvironment },
  importAssets: {
    doors: ofEnvironment,
    production: 403,
    body: () => ({
      format: 'countersign/assets/1',
      environment: { id: '01890000-0000-7000-8000-000000000001', name: 'Elsewhere', kind: 'staging' },
      assets: [],
    }),
  },
  restoreAsset: { doors: ofEnvironment, body: () => ({ version: 1 }) },
  listAssetVersions: { doors: ofEnvironment },
  listAssetUses: { doors: ofEnvironment },
  listAssetUsers: { doors: ofEnvironment },
  getAssetTimeline: { doors: ofEnvironment },
  listOrganizationAssets: { doors: organizationOnly },
  getAssetVersion: { doors: ofEnvironment },
  supplySecret: {
    doors: ofEnvironment,
    parameters: ({ credential }) => ({ asset: credential, field: 'clientSecret' }),
    // Production may not have what another environment has held.
    body: ({ environment }) => ({ value: `of ${environment}` }),
  },
  eraseVersion: { doors: ofEnvironment, body: () => ({ reason: 'It names a patient' }), humansOnly: true },
  listAssetTypes: { doors: anyKey },
  getAssetType: { doors: anyKey },
  setAssetType: {
    doors: organizationOnly,
    auditor: 403,
    // One of its own for each environment that it is called for, so that each is a new one.
    parameters: ({ environment }) => ({ type: `routing${environment.slice(-6)}` }),
    body: () => ({ schema: {}, promotable: true, references: [], bindings: [], secrets: [], immutable: [] }),
  },
  getCommand: {
    doors: { organization: 404, own: 'opens', other: 404, destination: 404 },
  },
  requestPromotion: {
    doors: ofSource,
    body: ({ staged, staging, production }) => ({
      promotingAssets: [{ id: staged, type: 'valueSet' }],
      fromEnvironment: { id: staging },
      toEnvironment: { id: production },
      reason: 'For Monday',
    }),
    auditor: 404,
  },
  listPromotions: { doors: anyKey },
  getPromotion: { doors: ofEitherEnd },
  getPlan: { doors: ofEitherEnd },
  decidePromotion: {
    doors: ofDestination,
    body: () => ({ verdict: 'approve', comment: 'read' }),
    ifMatch: digest,
    viewer: 'opens',
    humansOnly: true,
  },
  withdrawPromotion: {
    doors: { organization: 'opens', own: 'opens', other: 404, destination: 403 },
    body: () => ({ reason: 'Not now' }),
    auditor: 403,
  },
  withdrawDecision: {
    // Nobody has voted on the sample, and other people's votes are nobody's to withdraw.
    doors: { ...ofDestination, destination: 404 },
    parameters: () => ({ decision: '01890000-0000-7000-8000-000000000002' }),
    viewer: 404,
    humansOnly: true,
  },
  overridePromotion: {
    doors: ofDestination,
    body: () => ({ reason: 'The interface is down' }),
    ifMatch: digest,
    viewer: 'opens',
    humansOnly: true,
  },
  reviewOverride: {
    doors: ofDestination,
    body: () => ({ outcome: 'upheld', comment: 'It was' }),
    // They may look at it, and nobody stood in for the sample.
    viewer: 409,
    humansOnly: true,
  },
  deliverVerdict: {
    doors: ofDestination,
    parameters: () => ({ step: '1' }),
    body: () => ({
      payloadType: 'application/vnd.countersign.verdict+json',
      payload: 'e30=',
      signatures: [{ sig: 'AAAA' }],
    }),
    // They may bring it, and the sample waits for no system.
    viewer: 409,
  },
  submitPromotion: { doors: { ...ofSource, other: 404 } },
  resubmitPromotion: { doors: { ...ofSource, other: 404 }, body: () => ({ reason: 'Once more' }) },
  abortPromotion: {
    doors: ofRequesterOrDestination,
    body: () => ({ reason: 'Not this week' }),
  },
  schedulePromotion: { doors: ofRequesterOrDestination, body: () => ({ notBefore: null }) },
  retryPromotion: { doors: ofDestination },
  readInbox: { doors: anyKey },
  listEligible: { doors: ofEitherEnd },
  listPromotionComments: { doors: ofEitherEnd },
  commentOnPromotion: {
    doors: { ...ofEitherEnd, organization: 403 },
    body: () => ({ text: 'Read' }),
    viewer: 'opens',
  },
  getRollout: { doors: ofEitherEnd },
  activateRollout: { doors: ofDestination },
  confirmCheck: { doors: ofDestination, body: () => ({ check: sampleCheck }), humansOnly: true },
  completeRollout: { doors: ofDestination, humansOnly: true },
  rollBackRollout: { doors: ofDestination, body: () => ({ reason: 'Orders are lost' }) },
  listAuditEvents: { doors: organizationOnly },
  listLogs: { doors: organizationOnly },
  getPromotionTimeline: { doors: ofEitherEnd },
})
