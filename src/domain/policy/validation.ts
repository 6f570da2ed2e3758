/** What people look at once a promotion is in use, before they call it good: lines of a checklist, and how long it soaks. */
export type PolicyValidation = {
  readonly checklist: readonly string[]
  /** An ISO 8601 duration. */
  readonly soak?: string
}
