import type { ItemAction } from '../plan/plan.ts'
import type { Risk } from '../policy/risk.ts'

/** One reason for a risk: items of these types and actions, or findings of these rules. */
interface RiskRule {
  readonly risk: Risk
  readonly types?: readonly string[]
  readonly actions?: readonly ItemAction[]
  readonly findings?: readonly string[]
}

/** What makes a promotion risky. The highest of all that apply counts; without any it is low. */
export const riskRules: readonly RiskRule[] = Object.freeze([
  // What acts by itself, sends data out, or decides who may do what.
  { risk: 'high', types: ['automation', 'webhookSubscription', 'permissionSet'] },
  { risk: 'high', findings: ['target-drifted', 'target-restored', 'target-adopted'] },
  { risk: 'high', findings: ['literal-secret', 'patient-data', 'look-alike', 'hidden-characters'] },
  { risk: 'high', findings: ['endpoint-suspicious', 'endpoint-of-staging'] },
  // What changes the messages that pass, or where they go.
  { risk: 'moderate', types: ['configModifier', 'filter', 'subscription', 'alertRule'] },
  { risk: 'moderate', actions: ['create'] },
  { risk: 'moderate', findings: ['reference-dropped'] },
])

const rank: Readonly<Record<Risk, number>> = Object.freeze({ low: 0, moderate: 1, high: 2 })

/** A bundle as far as its risk goes. */
export interface RiskyBundle {
  readonly items: readonly { readonly type: string; readonly action: ItemAction }[]
  /** Rule ids of the findings. */
  readonly findings: readonly string[]
  /** Types that the product does not know: what they do is anybody's guess. */
  readonly ownTypes: readonly string[]
}

/** How risky a bundle is, by the highest of the rules that apply. Items that change nothing do not count. */
export function riskOf({ items, findings, ownTypes }: RiskyBundle): Risk {
  const changing = items.filter(({ action }) => action !== 'unchanged')
  const own: RiskRule = { risk: 'moderate', types: ownTypes }
  const applying = [...riskRules, own].filter(
    (rule) =>
      rule.findings?.some((id) => findings.includes(id)) === true ||
      changing.some(
        ({ type, action }) => rule.types?.includes(type) === true || rule.actions?.includes(action) === true,
      ),
  )
  return applying.reduce<Risk>((highest, { risk }) => (rank[risk] > rank[highest] ? risk : highest), 'low')
}
