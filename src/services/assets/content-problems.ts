import type { AssetType } from '../../domain/asset/asset-type.ts'
import { isBuiltIn } from '../../domain/asset/registry.ts'
import type { JsonValue } from '../../domain/json.ts'
import { type ContentValidator, validatorOf } from './types/content-validator.ts'
import { allowed, withinTime } from './types/within-time.ts'

export interface ContentProblem {
  /** JSON Pointer into the content. */
  readonly pointer: string
  readonly message: string
}

function judge(validate: ContentValidator, content: JsonValue): readonly ContentProblem[] {
  try {
    if (validate(content)) return []
  } catch {
    // Members named like methods of objects make the validator's comparison of objects throw.
    return [{ pointer: '', message: 'has members that cannot be compared, such as valueOf or toString' }]
  }
  return (validate.errors ?? []).map(({ instancePath, message }) => ({
    pointer: instancePath,
    message: message ?? 'does not fit the schema of its type',
  }))
}

/**
 * What is wrong with content by its type's JSON Schema; empty when nothing is. Messages name rules, never values.
 * Content that an organization's own schema cannot judge in time is wrong too.
 */
export function contentProblems(type: AssetType, content: JsonValue): readonly ContentProblem[] {
  return judgeOf(type)(content)
}

/** The same for many contents of one type, whose schema is compiled once. */
export function judgeOf(type: AssetType): (content: JsonValue) => readonly ContentProblem[] {
  if (isBuiltIn(type)) {
    const validate = validatorOf(type)
    return (content) => judge(validate, content)
  }
  const validate = attempt(() => validatorOf(type))
  return (content) =>
    (validate && attempt(() => withinTime(allowed.judging, () => judge(validate, content)))) ?? [
      {
        pointer: '',
        message: 'cannot be judged by the schema of its type in time: simplify the schema, or send less',
      },
    ]
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
