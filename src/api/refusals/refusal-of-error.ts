import { HTTPException } from 'hono/http-exception'
import type { ProblemCode } from '../../domain/problem-code.ts'
import { IdentityProviderAway, OrchestratorAway } from '../../services/ports.ts'
import { Refused } from '../../services/refused.ts'
import { type JsonRefusalCode, JsonRefused } from '../../trust/strict-parse.ts'

const codeOfJson: Readonly<Record<JsonRefusalCode, ProblemCode>> = Object.freeze({
  malformed: 'malformed-json',
  'invalid-encoding': 'malformed-json',
  'duplicate-key': 'duplicate-key',
  'lossy-number': 'lossy-number',
  'too-deep': 'too-deep',
  'too-large': 'too-large',
  'lone-surrogate': 'invalid-body',
  'null-character': 'invalid-body',
})

const away = 'A part of the service cannot be reached for the moment; nothing was lost. Try again shortly.'

const tokensAway =
  'The identity provider cannot be reached for the moment, so that no token can be checked. Try again shortly, or use an API key.'

// Connection failures, shutdown, no room, transactions that blocked each other, and waits that took too long: all worth
// another try.
const passing =
  /^(08...|57P0[123]|57014|53300|55P03|25P03|40001|40P01|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND)$/
const passingMessage =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered)/

function* causesOf(error: unknown): Generator<Error> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    yield cause
    if (cause instanceof AggregateError) yield* cause.errors.filter((one) => one instanceof Error)
  }
}

function isPassing(error: unknown): boolean {
  for (const cause of causesOf(error)) {
    if ('code' in cause && typeof cause.code === 'string' && passing.test(cause.code)) return true
    if (passingMessage.test(cause.message)) return true
  }
  return false
}

function ofJson({ code, pointer, message }: JsonRefused): Refused {
  return new Refused(codeOfJson[code], message, pointer === undefined ? [] : [{ pointer, message }])
}

function ofHttp({ status }: HTTPException): Refused | undefined {
  if (status === 400) return new Refused('malformed-json', 'The body cannot be read as JSON.')
  if (status === 413) return new Refused('too-large', 'The body is too large.')
  if (status === 415) return new Refused('unsupported-media-type', 'Send the body as application/json.')
  return undefined
}

/** What an error means to the person who asked; undefined when it means nothing to them: a fault of ours. */
export function refusalOfError(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error
  if (error instanceof JsonRefused) return ofJson(error)
  if (error instanceof HTTPException) return ofHttp(error)
  if (error instanceof IdentityProviderAway) return new Refused('unavailable', tokensAway)
  if (error instanceof OrchestratorAway || isPassing(error)) return new Refused('unavailable', away)
  return undefined
}
