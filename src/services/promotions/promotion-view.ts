import { and, asc, eq, getTableColumns } from 'drizzle-orm'
import { apiKey } from '../../db/control/api-key.ts'
import { command as commandTable } from '../../db/control/command.ts'
import { decision as decisionTable } from '../../db/control/decision.ts'
import type { promotion as promotionTable } from '../../db/control/promotion.ts'
import { promotionItem } from '../../db/control/promotion-item.ts'
import { promotionPin } from '../../db/control/promotion-pin.ts'
import { receipt } from '../../db/control/receipt.ts'
import { heardLater, type Transaction } from '../../db/transaction.ts'
import type {
  AssetId,
  DecisionId,
  Digest,
  EnvironmentId,
  PersonId,
  PromotionId,
} from '../../domain/identifiers.ts'
import { type Instant, instant } from '../../domain/identifiers.ts'
import type { Risk } from '../../domain/policy/risk.ts'
import type { Hindrance } from '../../domain/promotion/commands.ts'
import type { PromotionPhase } from '../../domain/promotion/state.ts'
import { type ShownAuthentication, shownAuthentication } from '../../domain/sign-in/authentication.ts'
import { textsOf } from '../audit/read-texts.ts'
import { storedAuthentication } from '../identity/stored-authentication.ts'
import { type OverrideView, overrideView } from '../reviews/override-view.ts'
import { type BlockedBecause, blockedBecause } from './blocked-because.ts'
import { awaitedVerdict } from './verdicts/awaited-verdict.ts'
import { readSteps, type StepView, stepsOf } from './verdicts/steps-of.ts'

export interface DecisionView {
  readonly id: DecisionId
  readonly person: PersonId
  /** As it read when the person signed; null once erased. */
  readonly printedName: string | null
  readonly comment: string | null
  readonly step: number
  readonly verdict: string
  readonly meaning: string
  readonly revision: number
  /** Of the plan that was signed. */
  readonly planDigest: Digest
  /** How the person proved who they are. */
  readonly authentication: ShownAuthentication
  readonly signedAt: Instant
  readonly outdated: boolean
  readonly withdrawnAt: Instant | null
}

export interface ItemView {
  readonly type: string
  readonly source: { readonly id: AssetId; readonly version: number; readonly digest: Digest }
  readonly target: { readonly id: AssetId; readonly version: number | null } | null
  readonly action: 'created' | 'updated' | 'unchanged' | null
  readonly digest: Digest | null
  readonly outcome: 'pending' | 'landed' | 'not-landed'
}

export interface PromotionView {
  readonly id: PromotionId
  readonly state: PromotionPhase
  readonly revision: number
  readonly planDigest: Digest | null
  readonly fromEnvironment: { readonly id: EnvironmentId }
  readonly toEnvironment: { readonly id: EnvironmentId }
  readonly requestedBy: PersonId
  readonly reason: string | null
  readonly policyVersion: number
  readonly failure: string | null
  readonly risk: Risk | null
  readonly notBefore: Instant | null
  /** What keeps an approved promotion from landing, and until when as far as that is known. */
  readonly hindrances: readonly Hindrance[]
  readonly opensAt: Instant | null
  readonly blockedBecause: readonly BlockedBecause[]
  readonly expiresAt: Instant | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
  readonly steps: readonly StepView[]
  readonly decisions: readonly DecisionView[]
  /** Who stood in for those who have to sign, and what became of that; null where nobody did. */
  readonly override: OverrideView | null
  readonly items: readonly ItemView[]
}

const actions = Object.freeze({ create: 'created', update: 'updated', unchanged: 'unchanged' } as const)
const notLanding: ReadonlySet<PromotionPhase> = new Set(['rejected', 'withdrawn', 'expired', 'failed'])

async function decisionsOf(transaction: Transaction, promotion: PromotionId, revision: number) {
  const rows = await transaction
    .select({ ...getTableColumns(decisionTable), origin: apiKey.origin })
    .from(decisionTable)
    .innerJoin(
      commandTable,
      and(
        eq(commandTable.organization, decisionTable.organization),
        eq(commandTable.id, decisionTable.command),
      ),
    )
    .innerJoin(
      apiKey,
      and(eq(apiKey.organization, commandTable.organization), eq(apiKey.id, commandTable.apiKey)),
    )
    .where(
      and(eq(decisionTable.organization, transaction.organization), eq(decisionTable.promotion, promotion)),
    )
    .orderBy(asc(decisionTable.signedAt), asc(decisionTable.id))
  const texts = await textsOf(
    transaction,
    rows.flatMap(({ printedNameText, commentText }) => [printedNameText, commentText]),
  )
  return rows.map(
    (row): DecisionView => ({
      id: row.id,
      person: row.person,
      printedName: texts.get(row.printedNameText) ?? null,
      comment: texts.get(row.commentText) ?? null,
      step: row.step,
      verdict: row.verdict,
      meaning: row.meaning,
      revision: row.revision,
      planDigest: row.planDigest,
      authentication: shownAuthentication(storedAuthentication(row)),
      signedAt: instant(row.signedAt),
      outdated: row.revision !== revision,
      withdrawnAt: row.withdrawnAt === null ? null : instant(row.withdrawnAt),
    }),
  )
}

async function itemsOf(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
): Promise<readonly ItemView[]> {
  const { organization } = transaction
  const rows = await transaction
    .select({ pin: promotionPin, item: promotionItem, landed: receipt.landedVersion })
    .from(promotionPin)
    .leftJoin(
      promotionItem,
      and(
        eq(promotionItem.organization, promotionPin.organization),
        eq(promotionItem.promotion, promotionPin.promotion),
        eq(promotionItem.revision, promotionPin.revision),
        eq(promotionItem.sourceAsset, promotionPin.asset),
      ),
    )
    .leftJoin(
      receipt,
      and(
        eq(receipt.organization, promotionItem.organization),
        eq(receipt.promotion, promotionItem.promotion),
        eq(receipt.revision, promotionItem.revision),
        eq(receipt.position, promotionItem.position),
      ),
    )
    .where(
      and(
        eq(promotionPin.organization, organization),
        eq(promotionPin.promotion, asked.id),
        eq(promotionPin.revision, asked.revision),
      ),
    )
    .orderBy(asc(promotionPin.position))
  return rows.map(({ pin, item, landed }) => ({
    type: pin.type,
    source: { id: pin.asset, version: pin.version, digest: pin.digest },
    target: item && { id: item.targetAsset, version: landed },
    action: item && actions[item.action],
    digest: item?.renderedDigest ?? null,
    outcome: landed !== null ? 'landed' : notLanding.has(asked.state) ? 'not-landed' : 'pending',
  }))
}

/** A promotion as people read it: where it stands, who signed, and what became of each item. */
export async function promotionView(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
): Promise<PromotionView> {
  // What does not need another one's answer travels together.
  const reading = heardLater(decisionsOf(transaction, asked.id, asked.revision))
  const [texts, blocks, items, rows] = await Promise.all([
    textsOf(transaction, [asked.reasonText]),
    blockedBecause(transaction, asked),
    itemsOf(transaction, asked),
    readSteps(transaction, asked),
  ])
  const decisions = await reading
  const steps = stepsOf(rows, asked, decisions)
  return {
    id: asked.id,
    state: asked.state,
    revision: asked.revision,
    planDigest: asked.planDigest,
    fromEnvironment: { id: asked.sourceEnvironment },
    toEnvironment: { id: asked.destinationEnvironment },
    requestedBy: asked.requester,
    reason: texts.get(asked.reasonText) ?? null,
    policyVersion: asked.policyVersion,
    failure: asked.failure,
    risk: asked.risk,
    notBefore: asked.notBefore && instant(asked.notBefore),
    hindrances: asked.hindrances,
    opensAt: asked.opensAt && instant(asked.opensAt),
    expiresAt: asked.expiresAt && instant(asked.expiresAt),
    blockedBecause: [...blocks, ...(await awaitedVerdict(transaction, asked, steps))],
    createdAt: instant(asked.createdAt),
    updatedAt: instant(asked.updatedAt),
    steps,
    decisions,
    override: await overrideView(transaction, asked.id, decisions),
    items,
  }
}
