import { expect } from 'vitest'
import type { z } from 'zod'
import { planShape, promotionPreviewShape } from '../../../src/contract/promotions/plan.ts'
import type { AssetId } from '../../../src/domain/identifiers.ts'
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts'
import { asPlan, type Plan } from '../../../src/domain/plan/plan.ts'
import { initialPolicy, type Policy, type PolicyRule } from '../../../src/domain/policy/policy.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import type { TestApi } from '../../support/api.ts'
import {
  type AssetAnswer,
  decideAs,
  type FourPeople,
  fourPeople,
  type PromotionAnswer,
  reachState,
} from '../../support/deployment.ts'
import type { TestStores } from '../../support/stores.ts'

export type PlanAnswer = z.output<typeof planShape>
export type PreviewAnswer = z.output<typeof promotionPreviewShape>

export interface StagedAsset extends AssetAnswer {
  readonly type: string
}

/** What an organization's own type says where it says nothing special. */
export const plainType = Object.freeze({
  schema: { type: 'object' },
  promotable: true,
  references: [],
  bindings: [],
  secrets: [],
  immutable: [],
})

/** The initial policy with one more thing in its rule, or with rules before it. */
export function policyWith(more: Partial<PolicyRule>, ...before: readonly object[]): Policy {
  const [rule] = initialPolicy.rules
  return { rules: [...before.map((one) => ({ ...rule, ...one })), { ...rule, ...more }] } as Policy
}

export function newTeam({ newOrganization }: TestApi, policy: Policy = initialPolicy): Promise<FourPeople> {
  return newOrganization({ people: fourPeople, policy })
}

/** The owner adds a type of the organization's own. */
export async function addType(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  name: string,
  rules: object,
): Promise<void> {
  const key = people.owner.keys.organization
  await expectStatus(200, `/v1/asset-types/${name}`, { key, method: 'PUT', body: { ...plainType, ...rules } })
}

/** Writes an asset into staging as the requester, or with another key of staging. */
export async function stage(
  { expectStatus }: TestApi,
  { environments, people }: FourPeople,
  type: string,
  content: JsonObject,
  name = 'One',
): Promise<StagedAsset> {
  const asset = await expectStatus<AssetAnswer>(201, `/v1/environments/${environments.staging}/assets`, {
    key: people.requester.keys.staging,
    body: { type, name, content },
  })
  return { ...asset, type }
}

/** Writes the next version in staging, as the requester. */
export async function edit(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  asset: StagedAsset,
  content: JsonObject,
): Promise<StagedAsset> {
  const edited = await expectStatus<AssetAnswer>(200, `/v1/assets/${asset.id}`, {
    key: people.requester.keys.staging,
    method: 'PUT',
    body: { content },
    headers: { 'If-Match': '*' },
  })
  return { ...edited, type: asset.type }
}

/** The body of a request for the newest versions of these assets. */
export function bundleOf({ environments }: FourPeople, assets: readonly StagedAsset[], more: object = {}) {
  return {
    promotingAssets: assets.map(({ id, type }) => ({ id, type })),
    fromEnvironment: { id: environments.staging },
    toEnvironment: { id: environments.production },
    reason: 'The new departments open on Monday',
    ...more,
  }
}

/** What a request would come to, told to the requester. */
export async function preview(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  body: object,
): Promise<PreviewAnswer> {
  const answer = await expectStatus(200, '/v1/promotions?dryRun=true', {
    key: people.requester.keys.staging,
    body,
  })
  return promotionPreviewShape.parse(answer)
}

/** Asks as the requester and waits until people have something to do. */
export function ask(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  body: object,
): Promise<PromotionAnswer> {
  return expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key: people.requester.keys.staging,
    body,
    headers: { Prefer: 'wait=20' },
  })
}

/** The plan of a promotion as an approver reads it. */
export async function readPlan(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  { id }: Pick<PromotionAnswer, 'id'>,
): Promise<PlanAnswer> {
  return planShape.parse(
    await expectStatus(200, `/v1/promotions/${id}/plan`, { key: people.anna.keys.production }),
  )
}

/** Asks, has two people approve, and waits until it has landed. */
export async function carry(api: TestApi, organization: FourPeople, body: object): Promise<PromotionAnswer> {
  const asked = await ask(api, organization, body)
  for (const person of [organization.people.anna, organization.people.ben]) {
    expect((await decideAs(api, person, asked)).status).toBe(201)
  }
  return reachState(api, organization, asked, 'promoted')
}

/** The production asset that a staging asset was promoted to. */
export function targetOf({ items }: PromotionAnswer, { id }: StagedAsset): AssetId {
  const target = items.find(({ source }) => source.id === id)?.target?.id
  if (target === undefined) throw new Error('nothing was planned for this asset')
  return target
}

/** A version's content as production holds it. */
export async function landedContent(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  asset: AssetId,
  version = 1,
): Promise<JsonValue> {
  const { content } = await expectStatus<{ content: JsonValue }>(
    200,
    `/v1/assets/${asset}/versions/${version}`,
    { key: people.anna.keys.production },
  )
  return content
}

/** Findings in short: severity, rule and place. */
export function inShort({ findings }: Pick<PlanAnswer, 'findings'>): readonly string[] {
  return findings.map(({ severity, rule, pointer }) => `${severity} ${rule} ${pointer}`.trim())
}

/** A refusal's code, places and whole text. */
export async function refusalOf(response: Response) {
  const text = await response.text()
  const problem = JSON.parse(text) as {
    readonly code: string
    readonly detail: string
    readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
  }
  return { status: response.status, text, ...problem }
}

/** The newest plan of a promotion as it is signed: its bytes, which have to have the digest that is signed. */
export async function signedPlan(
  testStores: TestStores,
  { id }: Pick<PromotionAnswer, 'id'>,
): Promise<{ readonly digest: string; readonly text: string; readonly plan: Plan }> {
  const { rows } = await testStores.superuser('control').query<{ plan: Buffer; digest: string }>(
    `SELECT plan, encode(plan_digest, 'hex') AS digest FROM promotion_revision WHERE promotion = $1
       ORDER BY revision DESC LIMIT 1`,
    [id],
  )
  const [row] = rows
  if (row === undefined) throw new Error('no plan was made')
  expect(digestOf(row.plan)).toBe(row.digest)
  const text = row.plan.toString('utf8')
  return { digest: row.digest, text, plan: asPlan(JSON.parse(text)) }
}

/** The digest of a document as canonical JSON. */
export function digestOfDocument(document: object): string {
  return digestOf(canonicalBytes(document as JsonValue))
}
