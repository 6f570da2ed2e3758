import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { definitionProblems } from '../../../domain/asset/definition/definition-problems.ts'
import { patternsOf } from '../../../domain/asset/definition/schema-problems.ts'
import type { RuleProblem } from '../../../domain/asset/structure/rule-problem.ts'
import { Refused } from '../../refused.ts'
import { compileOwn, dialectProblems } from './content-validator.ts'
import { isLinear } from './linear-pattern.ts'
import { definitionBytes } from './registered-type.ts'

const maximumBytes = 65_536

function compileProblems(type: AssetType): readonly RuleProblem[] {
  try {
    compileOwn(type)
    return []
  } catch {
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
