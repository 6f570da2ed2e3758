import type { Confidence, Subject } from './finding.ts'
import type { Piece, Screened, Structure } from './piece.ts'

/** One thing that must not stand in content. A rule looks at texts, at structures, or at everything together. */
export interface ScreeningRule {
  readonly name: string
  readonly about: Subject
  /** What it finds, as the end of "This looks like …". */
  readonly finds: string
  inText?(piece: Piece): Confidence | null
  inStructure?(structure: Structure): Confidence | null
  inAll?(screened: Screened): readonly { readonly piece: Piece; readonly confidence: Confidence }[]
}
