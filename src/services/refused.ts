import type { ProblemCode } from '../domain/problem-code.ts'
import type { SignInRule } from '../domain/sign-in/sign-in-rule.ts'

export interface RefusedField {
  /** JSON Pointer into the body, or the parameter's name. */
  readonly pointer: string
  readonly message: string
}

/**
 * A rule said no. `detail` is for the person who asked: what was refused, which rule, what to do; it never repeats a
 * refused value. Surfaces map it to their own form in one place.
 */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: ProblemCode
  readonly errors: readonly RefusedField[]
  /** The sign-in that would do, where that is what is missing. */
  readonly signIn: SignInRule | undefined

  constructor(code: ProblemCode, detail: string, errors: readonly RefusedField[] = [], signIn?: SignInRule) {
    super(detail)
    this.code = code
    this.errors = errors
    this.signIn = signIn
  }
}

/** A refusal that is a command's recorded answer: whoever recorded it has logged the denial. */
export class RefusedAnswer extends Refused {}
