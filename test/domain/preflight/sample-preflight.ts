import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { type AssetId, digest, identifier, instant, type PersonId } from '../../../src/domain/identifiers.ts'
import type { JsonValue } from '../../../src/domain/json.ts'
import type { Finding } from '../../../src/domain/plan/finding.ts'
import type { PolicyRule } from '../../../src/domain/policy/policy.ts'
import { type Glance, glanceAt } from '../../../src/domain/preflight/glance.ts'
import type {
  Preflight,
  PreflightItem,
  PreflightTarget,
  RoutedPreflight,
} from '../../../src/domain/preflight/preflight.ts'
import { findByPolicy, findInBundle } from '../../../src/domain/preflight/registry.ts'

const uuid = (kind: string, number: number) =>
  `${kind}1111111-0000-4000-8000-${String(number).padStart(12, '0')}`

export const staging = (number: number) => identifier<AssetId>(uuid('5', number))
export const production = (number: number) => identifier<AssetId>(uuid('a', number))
export const person = (number: number) => identifier<PersonId>(uuid('e', number))
export const digestOf = (character: string) => digest(character.repeat(64))

/** A type with a place of every kind. */
export const letter: AssetType = {
  name: 'letter',
  schema: {},
  promotable: true,
  references: [
    { pointer: '/template', types: ['formTemplate'], required: true },
    { pointer: '/lists/*', types: ['valueSet'], required: false },
  ],
  bindings: ['/url'],
  secrets: ['/password'],
  immutable: ['/code'],
  cardinality: { pointer: '/source', maximum: 1 },
  declares: [
    { pointer: '/events/*', as: 'event-type' },
    { pointer: '/may/*', as: 'permission' },
    { pointer: '/actions', as: 'automation' },
  ],
  writableBy: ['engineer'],
}

export const newTarget: PreflightTarget = {
  asset: production(1),
  landed: null,
  restored: false,
  adopted: false,
  baseline: null,
  content: undefined,
  sealed: [],
}

/** A glance at content's text. */
export function glance(text: string): Glance {
  return glanceAt(text, Buffer.byteLength(text))
}

/** What a promotion left in production, untouched since. */
export const landedTarget: PreflightTarget = {
  ...newTarget,
  landed: { version: 3, digest: digestOf('3') },
  baseline: { version: 3, digest: digestOf('3') },
  content: {},
}

/** An item with content that is the same on both sides, and nothing wrong with it. */
export function itemWith(
  content: JsonValue,
  { target, ...change }: Partial<Omit<PreflightItem, 'target'>> & { target?: Partial<PreflightTarget> } = {},
): PreflightItem {
  const rendered = change.rendered === undefined ? content : change.rendered
  return {
    asset: staging(1),
    type: letter,
    typeVersions: { staged: 1, landed: null },
    name: 'a letter',
    version: 7,
    writtenAt: instant('2026-11-01T12:00:00Z'),
    staged: content,
    erased: false,
    rendered,
    glance: glance(JSON.stringify(rendered)),
    digest: digestOf('d'),
    notes: [],
    used: [],
    misfits: [],
    broken: [],
    screened: [],
    ...change,
    target: { ...newTarget, ...target },
  }
}

export function bundleOf(items: readonly PreflightItem[], change: Partial<Preflight> = {}): Preflight {
  return {
    items,
    circle: [],
    bindings: [],
    bound: new Map(),
    refusedAdoptions: [],
    standing: [],
    usedElsewhere: new Set(),
    contributors: [person(1)],
    ...change,
  }
}

export const plainRule: PolicyRule = {
  name: 'every promotion',
  steps: [{ name: 'approval', kind: 'approval', approvals: 1, groups: ['approvers'] }],
  expiresAfter: 'P7D',
  landWithin: 'PT10M',
}

export function routed(
  items: readonly PreflightItem[],
  change: Partial<RoutedPreflight> = {},
): RoutedPreflight {
  return {
    ...bundleOf(items),
    rule: plainRule,
    manifest: null,
    evidence: [],
    signers: { byStep: [], satisfiable: true },
    livePilots: new Map(),
    checks: new Map(),
    now: instant('2026-11-20T12:00:00Z'),
    ...change,
  }
}

type Told = Pick<Finding, 'rule' | 'severity' | 'asset' | 'pointer' | 'message'>

function told(places: ReturnType<typeof findInBundle>): readonly Told[] {
  return places.map(({ rule, place: { asset, pointer, severity, message } }) => ({
    rule: rule.id,
    severity: severity ?? rule.severity,
    asset,
    pointer,
    message: message ?? rule.says,
  }))
}

/** What one rule finds in a bundle. */
export function foundBy(rule: string, preflight: Preflight): readonly Told[] {
  return told(findInBundle(preflight)).filter((found) => found.rule === rule)
}

/** What one rule of the policy's finds. */
export function foundByPolicy(rule: string, preflight: RoutedPreflight): readonly Told[] {
  return told(findByPolicy(preflight)).filter((found) => found.rule === rule)
}
