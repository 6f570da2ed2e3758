import type { AssetType } from '../../../domain/asset/asset-type.ts'
import type { ContentNote } from '../../../domain/preflight/preflight.ts'
import { type ContentProblem, judgeOf } from '../../assets/content-problems.ts'
import { ruleProblems } from '../../assets/rules/check-rules.ts'
import type { ServiceContext } from '../../context.ts'
import type { StoredContent } from '../../screening/screen-stored.ts'

/** What is wrong with content by its type: by its schema, and by checks that no schema can say. */
export interface JudgedContent {
  readonly misfits: readonly ContentNote[]
  readonly broken: readonly ContentNote[]
}

/** Judges rendered content by its type; whoever serves many callers may remember what fits. */
export type Judge = (type: AssetType, rendered: StoredContent) => JudgedContent

/** Judges anew each time. The schema of a type is compiled once for all contents that one judge is asked about. */
export function judgingAnew(): Judge {
  const schemas = new Map<AssetType, (content: StoredContent['content']) => readonly ContentProblem[]>()
  return (type, { content }) => {
    const schema = schemas.get(type) ?? judgeOf(type)
    schemas.set(type, schema)
    return { misfits: schema(content), broken: ruleProblems(type, content) }
  }
}

/** The same, where nothing is judged again that this process remembers to fit. */
export function judgingOnce({ caller, fitting }: Pick<ServiceContext, 'caller' | 'fitting'>): Judge {
  const judge = judgingAnew()
  return (type, rendered) => {
    const bytes = { organization: caller.organization, type, digest: rendered.digest }
    if (fitting.fits(bytes)) return { misfits: [], broken: [] }
    const judged = judge(type, rendered)
    if (judged.misfits.length === 0 && judged.broken.length === 0) fitting.remember(bytes)
    return judged
  }
}
