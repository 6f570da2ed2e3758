import { and, eq } from 'drizzle-orm'
import { promotionRevision } from '../../db/control/promotion-revision.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { Digest, PromotionId } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import { type Change, difference } from '../../domain/plan/difference.ts'
import type { Plan, PlanFinding, PlanItem, PlanStep } from '../../domain/plan/plan.ts'
import { asPlan } from '../../domain/plan/plan.ts'
import { maskChanges, maskContent } from '../../screening/mask.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import { readContent } from '../content/save-content.ts'
import type { ServiceContext } from '../context.ts'
import { storeOfEnvironment } from '../environments/store-of-environment.ts'
import { Refused } from '../refused.ts'
import { type StoredContent, screenStored } from '../screening/screen-stored.ts'
import { findPromotion } from './find-promotion.ts'
import { logUnmasking } from './log-unmasking.ts'

export interface PlanItemView extends PlanItem {
  /** What production would hold; left out for who has no role there. */
  readonly content?: JsonValue
  /** Against production's baseline; without values for who has no role there. */
  readonly diff: readonly (Change | Pick<Change, 'pointer' | 'op'>)[]
}

export interface PlanView {
  readonly promotion: PromotionId
  readonly revision: number
  readonly planDigest: Digest
  readonly requester: string
  readonly contributors: readonly string[]
  readonly policy: { readonly version: number }
  readonly steps: readonly PlanStep[]
  readonly findings: readonly PlanFinding[]
  readonly expiresAfter: string | null
  readonly items: readonly PlanItemView[]
}

async function readStored(transaction: Transaction, digest: Digest): Promise<StoredContent | undefined> {
  const bytes = await readContent(transaction, digest)
  return bytes && { bytes, content: parseStrict(bytes) }
}

async function baselines(
  context: ServiceContext,
  { destination, items }: Plan,
): Promise<ReadonlyMap<number, StoredContent>> {
  const { caller } = context
  const store = await storeOfEnvironment(context, destination.environment)
  return withOrganization(store, caller.organization, async (transaction) => {
    const found = new Map<number, StoredContent>()
    for (const { position, target } of items) {
      if (target.baseline === null) continue
      const [row] = await transaction
        .select({ digest: assetVersion.digest })
        .from(assetVersion)
        .where(
          and(
            eq(assetVersion.organization, caller.organization),
            eq(assetVersion.asset, target.asset),
            eq(assetVersion.version, target.baseline.version),
          ),
        )
      const stored = row && (await readStored(transaction, row.digest))
      if (stored !== undefined) found.set(position, stored)
    }
    return found
  })
}

async function shown(
  context: ServiceContext,
  before: StoredContent | undefined,
  after: StoredContent | undefined,
  seesValues: boolean,
  unmask: boolean,
): Promise<Pick<PlanItemView, 'content' | 'diff'>> {
  if (after === undefined) return { diff: [] }
  const { content } = after
  const changes = difference(before?.content, content)
  if (unmask) return { content, diff: changes }
  const findings = {
    before: before === undefined ? [] : await screenStored(context, before),
    after: await screenStored(context, after),
  }
  const diff = maskChanges(changes, findings)
  return seesValues
    ? { content: maskContent(content, findings.after), diff }
    : { diff: diff.map(({ pointer, op }) => ({ pointer, op })) }
}

/**
 * What a promotion would do in production, item by item, as it is signed. Production's values are shown to who has a role
 * there; others see pointers and actions. What looks like a secret or like data of a patient is masked; unmasking it is
 * an entry of the log.
 *
 * @throws Refused `not-found` for who may not read the promotion, `illegal-state` before the plan is made, `forbidden`
 *   for unmasking by who may not see production's values.
 */
export async function getPlan(
  context: ServiceContext,
  id: PromotionId,
  { unmask }: { readonly unmask: boolean } = { unmask: false },
): Promise<PlanView> {
  const { caller, stores } = context
  const read = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const { asked, seesDestination } = await findPromotion(transaction, caller, id)
    if (unmask && !seesDestination) {
      throw new Refused('forbidden', 'Unmasking takes a role in the destination, and a key of it.')
    }
    const [revision] = await transaction
      .select({ plan: promotionRevision.plan, digest: promotionRevision.planDigest })
      .from(promotionRevision)
      .where(
        and(
          eq(promotionRevision.organization, caller.organization),
          eq(promotionRevision.promotion, id),
          eq(promotionRevision.revision, asked.revision),
        ),
      )
    if (revision === undefined) {
      throw new Refused(
        'illegal-state',
        `The promotion is ${asked.state}: its plan is not made yet. Ask again soon.`,
      )
    }
    const plan = asPlan(parseStrict(revision.plan))
    const contents = new Map<number, StoredContent>()
    for (const { position, digest } of plan.items) {
      const stored = await readStored(transaction, digest)
      if (stored !== undefined) contents.set(position, stored)
    }
    const planDigest = revision.digest as Digest
    if (unmask) {
      await logUnmasking(context, transaction, {
        promotion: id,
        environment: asked.destinationEnvironment,
        revision: asked.revision,
        planDigest,
      })
    }
    return { plan, contents, planDigest, seesDestination }
  })
  const { plan, contents, planDigest, seesDestination } = read
  const before = await baselines(context, plan)
  const items: PlanItemView[] = []
  for (const item of plan.items) {
    const { position } = item
    const sides = [before.get(position), contents.get(position)] as const
    items.push({ ...item, ...(await shown(context, ...sides, seesDestination, unmask)) })
  }
  const { promotion, revision, requester, contributors, policy, steps, findings, expiresAfter } = plan
  return {
    promotion,
    revision,
    planDigest,
    requester,
    contributors,
    policy,
    steps,
    findings,
    expiresAfter,
    items,
  }
}
