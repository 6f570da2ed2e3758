import type { Confidence, Subject } from './finding.ts'
import type { Piece, Screened, Structure } from './piece.ts'
import type { Needs } from './text/sign.ts'

/** A text that a rule spoke up about. */
export interface Match {
  readonly piece: Piece
  readonly confidence: Confidence
}

/** One thing that must not stand in content. A rule looks at texts, at structures, or at everything together. */
export interface ScreeningRule {
  readonly name: string
  readonly about: Subject
  /** What it finds, as the end of "This looks like …". */
  readonly finds: string
  /** What every text that `inText` finds holds: without it a text is not looked at any further. */
  readonly needs?: Needs
  inText?(piece: Piece): Confidence | null
  inStructure?(structure: Structure): Confidence | null
  inAll?(screened: Screened): readonly Match[]
}
