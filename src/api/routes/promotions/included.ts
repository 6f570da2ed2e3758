import type { z } from 'zod'
import {
  type Includable,
  includable,
  type promotionWithShape,
} from '../../../contract/promotions/included.ts'
import type { planShape } from '../../../contract/promotions/plan.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../../services/context.ts'
import { findPlan } from '../../../services/promotions/get-plan.ts'
import type { PlanItemView, PlanView } from '../../../services/promotions/plan-view/plan-view.ts'
import { Refused } from '../../../services/refused.ts'

type ShownPlan = z.output<typeof planShape>

/** An item of a plan as answers show it. */
export function shownItem(item: PlanItemView): ShownPlan['items'][number] {
  const { source, target, bindings: _bindings, ...rest } = item
  return {
    ...rest,
    source: { id: source.asset, version: source.version, digest: source.digest },
    target: { id: target.asset, baselineVersion: target.baseline?.version ?? null },
  }
}

/** A plan as answers show it. */
export function shownPlan(view: PlanView): ShownPlan {
  return { ...view, items: view.items.map(shownItem) }
}

function isIncludable(name: string): name is Includable {
  return includable.some((one) => one === name)
}

/**
 * What the parameter `include` names.
 *
 * @throws Refused `unknown-parameter` for a name that it does not know.
 */
export function askedToInclude(include: string | undefined): ReadonlySet<Includable> {
  const names = include === undefined ? [] : include.split(',')
  const known = names.filter(isIncludable)
  if (known.length === names.length) return new Set(known)
  const words = `${includable.slice(0, -1).join(', ')} and ${includable.at(-1)}`
  throw new Refused('unknown-parameter', `A promotion can be read with ${words}; leave out anything else.`, [
    { pointer: 'include', message: `must name nothing but ${words}, with commas between them` },
  ])
}

/** The members of a promotion's answer that were asked for, each as its plan shows it to the caller. */
export async function includedMembers(
  context: ServiceContext,
  promotion: PromotionId,
  asked: ReadonlySet<Includable>,
): Promise<Pick<z.output<typeof promotionWithShape>, 'plan' | 'diff' | 'findings'>> {
  if (!asked.has('plan') && !asked.has('diff') && !asked.has('findings')) return {}
  const found = await findPlan(context, promotion)
  const plan = found === undefined ? null : shownPlan(found)
  const diff =
    plan?.items.map(({ position, source, target, action, diff }) => ({
      ...{ position, source, target, action, diff },
    })) ?? null
  return {
    ...(asked.has('plan') ? { plan } : {}),
    ...(asked.has('diff') ? { diff } : {}),
    ...(asked.has('findings') ? { findings: plan?.findings ?? null } : {}),
  }
}
