import type { RuledPlace } from './judge-findings.ts'
import type { Preflight, RoutedPreflight } from './preflight.ts'
import type { PreflightRule } from './rule.ts'
import { adoptionRefused } from './rules/adoption-refused.ts'
import { bindingConflict } from './rules/binding-conflict.ts'
import { bindingMissing } from './rules/binding-missing.ts'
import { bindingRemembered } from './rules/binding-remembered.ts'
import { bindingTargetMissing } from './rules/binding-target-missing.ts'
import { bindingTargetType } from './rules/binding-target-type.ts'
import { bindingUnused } from './rules/binding-unused.ts'
import { contentErased } from './rules/content-erased.ts'
import { dwellTooShort } from './rules/dwell-too-short.ts'
import { endpointOfStaging } from './rules/endpoint-of-staging.ts'
import { endpointSuspicious } from './rules/endpoint-suspicious.ts'
import { evidenceMissing } from './rules/evidence-missing.ts'
import { externalCheck } from './rules/external-check.ts'
import { externalCheckUnanswered } from './rules/external-check-unanswered.ts'
import { hiddenCharactersHere } from './rules/hidden-characters.ts'
import { immutableChanged } from './rules/immutable-changed.ts'
import { literalSecret } from './rules/literal-secret.ts'
import { lookAlike } from './rules/look-alike.ts'
import { manifestDifference } from './rules/manifest-difference.ts'
import { manifestMissing } from './rules/manifest-missing.ts'
import { nobodyCanApprove } from './rules/nobody-can-approve.ts'
import { nothingToPromote } from './rules/nothing-to-promote.ts'
import { partnerOwned } from './rules/partner-owned.ts'
import { patientData } from './rules/patient-data.ts'
import { pilotNotLive } from './rules/pilot-not-live.ts'
import { referenceCycle } from './rules/reference-cycle.ts'
import { referenceDropped } from './rules/reference-dropped.ts'
import { referenceUnresolved } from './rules/reference-unresolved.ts'
import { schema } from './rules/schema.ts'
import { secretMissing } from './rules/secret-missing.ts'
import { structure } from './rules/structure.ts'
import { taken } from './rules/taken.ts'
import { targetAdopted } from './rules/target-adopted.ts'
import { targetDrifted } from './rules/target-drifted.ts'
import { targetMissing } from './rules/target-missing.ts'
import { targetRestored } from './rules/target-restored.ts'
import { tooManyContributors } from './rules/too-many-contributors.ts'
import { typeVersionsDiffer } from './rules/type-versions-differ.ts'

/** The rules that look at the bundle and at production. What they find also tells how risky the bundle is. */
export const bundleRules: readonly PreflightRule[] = Object.freeze([
  contentErased,
  schema,
  structure,
  literalSecret,
  patientData,
  referenceUnresolved,
  referenceCycle,
  referenceDropped,
  bindingMissing,
  bindingConflict,
  bindingTargetMissing,
  bindingTargetType,
  bindingUnused,
  bindingRemembered,
  partnerOwned,
  taken,
  immutableChanged,
  typeVersionsDiffer,
  targetMissing,
  targetDrifted,
  targetRestored,
  targetAdopted,
  adoptionRefused,
  endpointSuspicious,
  endpointOfStaging,
  lookAlike,
  hiddenCharactersHere,
  secretMissing,
  tooManyContributors,
  nothingToPromote,
])

/** The rules that look at what the policy asks for, once it is known which of its rules routes the bundle. */
export const policyRules: readonly PreflightRule<RoutedPreflight>[] = Object.freeze([
  manifestMissing,
  manifestDifference,
  evidenceMissing,
  dwellTooShort,
  pilotNotLive,
  externalCheck,
  externalCheckUnanswered,
  nobodyCanApprove,
])

/** Ids of every rule, as policies and acknowledgements name them. */
export const preflightRuleIds: ReadonlySet<string> = new Set(
  [...bundleRules, ...policyRules].map(({ id }) => id),
)

/** What the rules of the first part find, rule by rule. */
export function findInBundle(preflight: Preflight): readonly RuledPlace[] {
  return bundleRules.flatMap((rule) => rule.find(preflight).map((place) => ({ rule, place })))
}

/** What the rules of the second part find, rule by rule. */
export function findByPolicy(preflight: RoutedPreflight): readonly RuledPlace[] {
  return policyRules.flatMap((rule) => rule.find(preflight).map((place) => ({ rule, place })))
}
