import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { definitionProblems } from '../../../domain/asset/definition/definition-problems.ts'
import { patternsOf } from '../../../domain/asset/definition/schema-problems.ts'
import type { RuleProblem } from '../../../domain/asset/structure/rule-problem.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../domain/json.ts'
import { Refused } from '../../refused.ts'
import { type ContentValidator, compileOwn, dialectProblems } from './content-validator.ts'
import { isLinear } from './linear-pattern.ts'
import { definitionBytes } from './registered-type.ts'
import { allowed, isOutOfTime, withinTime } from './within-time.ts'

const maximumBytes = 65_536

/** Content by which a schema shows that it never comes to an end, whatever else it may be slow with. */
function samplesOf({ properties }: JsonObject): readonly JsonValue[] {
  const names = isJsonObject(properties) ? Object.keys(properties) : []
  return [{}, Object.fromEntries(names.map((name) => [name, {}]))]
}

function judges(validate: ContentValidator, sample: JsonValue): boolean {
  try {
    withinTime(allowed.judging, () => validate(sample))
    return true
  } catch (error) {
    // A member named like a method of objects cannot be compared, which says nothing of the time that it takes.
    return error instanceof TypeError
  }
}

function compileProblems(type: AssetType): readonly RuleProblem[] {
  try {
    const validate = compileOwn(type, allowed.compilingAtFirst)
    if (samplesOf(type.schema).every((sample) => judges(validate, sample))) return []
    const message =
      'cannot judge the smallest content in time: see where alternatives multiply, or definitions refer to themselves'
    return [{ pointer: '/schema', message }]
  } catch (error) {
    if (isOutOfTime(error)) {
      return [{ pointer: '/schema', message: 'cannot be compiled in time: make it smaller' }]
    }
    const message =
      'cannot be compiled: see that its anchors exist, and that no keyword stands where it does nothing'
    return [{ pointer: '/schema', message }]
  }
}

function problemsOf(type: AssetType, known: ReadonlySet<string>): readonly RuleProblem[] {
  const rules = definitionProblems(type, known)
  if (rules.length > 0) return rules
  const dialect = dialectProblems(type.schema)
  if (dialect.length > 0) return dialect
  const patterns = patternsOf(type.schema).filter(({ pattern }) => !isLinear(pattern))
  if (patterns.length === 0) return compileProblems(type)
  return patterns.map(({ pointer }) => ({
    pointer: `/schema${pointer}`,
    message:
      'cannot be judged in linear time; see the syntax of RE2, without look-around and back-references',
  }))
}

/**
 * Judges the definition of an asset type. `known` are the names that its references may lead to besides its own.
 *
 * @throws Refused `invalid-body` with a pointer to each place, `too-large` over 64 KiB of canonical JSON.
 */
export function checkDefinition(type: AssetType, known: ReadonlySet<string>): void {
  if (definitionBytes(type).length > maximumBytes) {
    throw new Refused('too-large', 'The definition of an asset type has at most 64 KiB of canonical JSON.')
  }
  const problems = problemsOf(type, known)
  if (problems.length === 0) return
  throw new Refused('invalid-body', 'This is no definition of an asset type that can be kept.', problems)
}
