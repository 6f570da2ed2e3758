import { assemblePlan } from '../../../domain/plan/assemble-plan.ts'
import type { Plan, PlanStep } from '../../../domain/plan/plan.ts'
import type { PolicyStep } from '../../../domain/policy/policy.ts'
import { canBeSigned, type Signers } from '../../../domain/policy/satisfiability.ts'
import { type CheckOutcomes, checksPending } from '../../../domain/preflight/checks/outcomes.ts'
import { acknowledgementsLeft, judgeFindings } from '../../../domain/preflight/judge-findings.ts'
import type { RoutedPreflight } from '../../../domain/preflight/preflight.ts'
import { findByPolicy } from '../../../domain/preflight/registry.ts'
import { dependenciesOf } from './dependencies.ts'
import type { PlannedRequest } from './planned-request.ts'
import type { RenderedItem } from './render-assets.ts'
import type { RoutedRequest, RoutingGround } from './route-request.ts'

export interface PreparedPlan {
  readonly plan: Plan
  readonly rendered: readonly RenderedItem[]
  readonly signers: Signers
}

function plannedStep(step: PolicyStep): Omit<PlanStep, 'position'> {
  if (step.kind === 'external') return { ...step, required: 1, groups: [], people: [], atLeastOneOf: [] }
  const { name, kind, approvals, groups, people = [], atLeastOneOf = [] } = step
  return { name, kind, required: approvals, groups, people, atLeastOneOf }
}

/** Makes the plan of a request that was routed on the ground given, with what came of asking its rule's checks. */
export function preparePlan(
  request: PlannedRequest,
  { surroundings, now }: RoutingGround,
  { chosen, rendered, contributors, preflight: bundle, inBundle, drafts, risk, routed }: RoutedRequest,
  checks: CheckOutcomes,
): PreparedPlan {
  const { rule, position } = routed
  const signers = canBeSigned(
    rule.steps,
    surroundings.signers,
    new Set(contributors),
    rule.severalSteps === true,
  )
  const preflight: RoutedPreflight = {
    ...bundle,
    rule,
    manifest: request.manifest,
    evidence: request.evidence,
    signers,
    livePilots: (rule.pilot && surroundings.pilots.get(rule.pilot)) || new Map(),
    checks,
    now,
  }
  const places = [...inBundle, ...findByPolicy(preflight)]
  const acknowledged = request.document.acknowledge.map(({ rule: id, asset, pointer, commitment }) => ({
    rule: id,
    asset,
    pointer,
    justification: commitment,
  }))
  const plan = assemblePlan({
    organization: request.organization,
    promotion: request.promotion,
    revision: request.revision,
    source: { environment: request.source },
    destination: { environment: request.destination },
    requester: request.requester,
    contributors,
    policy: { version: request.policyVersion, rule: position },
    risk,
    severalSteps: rule.severalSteps === true,
    ...(rule.signIn === undefined ? {} : { signIn: rule.signIn }),
    steps: rule.steps.map(plannedStep),
    items: drafts,
    dependencies: dependenciesOf(request, rendered, chosen),
    findings: judgeFindings(
      [...places, ...acknowledgementsLeft(places, acknowledged), ...checksPending(preflight)],
      acknowledged,
      rule.blocks ?? [],
    ),
    manifest: request.document.manifest,
    evidence: request.document.evidence,
    notBefore: request.document.notBefore,
    activation: rule.activation ?? 'manual',
    ...(rule.validation === undefined ? {} : { validation: rule.validation }),
    expiresAfter: rule.expiresAfter,
  })
  return { plan, rendered, signers }
}
