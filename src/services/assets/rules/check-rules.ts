import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { unknowablePartnerPlaces } from '../../../domain/asset/partner-owned.ts'
import { structuralProblems } from '../../../domain/asset/structure/structural-problems.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { Refused } from '../../refused.ts'
import type { ContentProblem } from '../content-problems.ts'

/** What is wrong with content by the rules of its type that no schema can say. */
export function ruleProblems(type: AssetType, content: JsonValue): readonly ContentProblem[] {
  const unknowable = unknowablePartnerPlaces(type, content).map((pointer) => ({
    pointer,
    message: 'is a partner’s and needs an id of its own',
  }))
  return [...structuralProblems(type, content), ...unknowable]
}

/**
 * Judges content by the rules of its type that no schema can say.
 *
 * @throws Refused `invalid-body` naming each place.
 */
export function checkRules(type: AssetType, content: JsonValue): void {
  const problems = ruleProblems(type, content)
  if (problems.length === 0) return
  throw new Refused(
    'invalid-body',
    `The content breaks rules of ${type.name}. See its checks at GET /v1/asset-types/${type.name}.`,
    problems.map(({ pointer, message }) => ({ pointer: `/content${pointer}`, message })),
  )
}
