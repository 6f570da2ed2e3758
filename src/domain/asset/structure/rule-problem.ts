/** One place that breaks a rule. The message names the rule and never the value. */
export interface RuleProblem {
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string
  readonly message: string
}
