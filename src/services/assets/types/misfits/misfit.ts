import type { AssetType } from '../../../../domain/asset/asset-type.ts'
import { literalSecrets } from '../../../../domain/asset/secrets.ts'
import type { AssetId, EnvironmentId } from '../../../../domain/identifiers.ts'
import type { JsonValue } from '../../../../domain/json.ts'
import type { ContentProblem, judgeOf } from '../../content-problems.ts'
import { ruleProblems } from '../../rules/check-rules.ts'

/** Something stored, or about to be, that would not fit a changed type. */
export interface Misfit extends ContentProblem {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  /** What it is about, such as `version 3`. */
  readonly what: string
}

/** A changed type, by which stored content is judged. */
export interface ChangedType {
  readonly before: AssetType
  readonly type: AssetType
  readonly bySchema: ReturnType<typeof judgeOf>
}

/** What would be wrong with stored content by a changed type: its schema, its rules, and secrets it did not have. */
export function problemsUnder(
  { type, bySchema }: Pick<ChangedType, 'type' | 'bySchema'>,
  content: JsonValue,
): readonly ContentProblem[] {
  return [
    ...bySchema(content),
    ...ruleProblems(type, content),
    ...literalSecrets(type, content).map((pointer) => ({ pointer, message: 'is a secret' })),
  ]
}
