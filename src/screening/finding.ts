/** How sure a rule is: `high` is refused, `low` is only shown. */
export type Confidence = 'high' | 'low'

/** What a rule protects. */
export type Subject = 'secret' | 'patient-data'

/** One place that a rule spoke up about. It never holds the value that stands there. */
export interface ScreeningFinding {
  readonly rule: string
  readonly about: Subject
  readonly confidence: Confidence
  /** JSON Pointer (RFC 6901) into what was screened; where a member's name was found, of the object that has it. */
  readonly pointer: string
  /** Whether a value or the name of a member was found. A name is never shown, so pointers end above it. */
  readonly place: 'value' | 'name'
}
