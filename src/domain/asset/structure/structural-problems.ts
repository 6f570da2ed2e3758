import type { JsonValue } from '../../json.ts'
import type { AssetType, StructuralCheck } from '../asset-type.ts'
import { disagreeing } from './agree.ts'
import { notContained } from './contained.ts'
import { repeated } from './distinct.ts'
import { unequal } from './equal.ts'
import { notExclusive } from './exclusive.ts'
import type { RuleProblem } from './rule-problem.ts'

function judge(content: JsonValue, check: StructuralCheck): readonly RuleProblem[] {
  switch (check.check) {
    case 'agree':
      return disagreeing(content, check)
    case 'distinct':
      return repeated(content, check)
    case 'equal':
      return unequal(content, check)
    case 'contained':
      return notContained(content, check)
    case 'exclusive':
      return notExclusive(content, check)
    default:
      return check satisfies never
  }
}

/** What is wrong with content by the structural checks of its type: check by check, each in document order. */
export function structuralProblems(type: AssetType, content: JsonValue): readonly RuleProblem[] {
  return (type.checks ?? []).flatMap((check) => judge(content, check))
}
