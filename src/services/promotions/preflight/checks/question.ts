import type { JsonObject } from '../../../../domain/json.ts'
import { actionOf } from '../../../../domain/plan/assemble-plan.ts'
import type { PolicyCheck } from '../../../../domain/policy/policy.ts'
import { canonicalBytes } from '../../../../trust/canonical.ts'
import type { PlannedRequest } from '../planned-request.ts'
import type { RoutedRequest } from '../route-request.ts'

/** One message to one check. The id stays the same when it is sent again. */
export interface Question {
  readonly check: PolicyCheck
  /** Of the check in its rule, from 1. */
  readonly place: number
  readonly id: string
  readonly body: Uint8Array
}

// An asset that production lacks gets its id with the plan, so that what is created has none yet.
function itemsOf({ drafts }: RoutedRequest): readonly JsonObject[] {
  return drafts.map((draft) => {
    const { type, name, source, target } = draft
    const { baseline } = target
    return {
      asset: source.asset,
      type,
      name,
      version: source.version,
      digest: source.digest,
      action: actionOf(draft),
      target: baseline === null ? null : { asset: target.asset, ...baseline },
    }
  })
}

/**
 * The questions to all checks of the rule that routes a request: what is promoted, where and how grave it is, by ids,
 * names, versions and digests. A check that wants to know more asks with a key of its own.
 */
export function questionsOf(request: PlannedRequest, routed: RoutedRequest): readonly Question[] {
  const { organization, promotion, revision, source, destination } = request
  const { rule, position } = routed.routed
  const about = {
    organization,
    promotion,
    revision,
    fromEnvironment: { id: source },
    toEnvironment: { id: destination },
    risk: routed.risk,
    policy: { version: request.policyVersion, rule: position },
    items: itemsOf(routed),
  }
  return (rule.checks ?? []).map((check, index) => ({
    check,
    place: index + 1,
    id: `${promotion}_${revision}_${position}_${index + 1}`,
    body: canonicalBytes({ type: 'promotion.check', data: { check: check.name, ...about } }),
  }))
}
