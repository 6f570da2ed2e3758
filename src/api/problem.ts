import type { Hook } from '@hono/zod-openapi'
import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import type { Problem } from '../contract/problem.ts'
import { problemTypes, problemUri } from '../contract/problem.ts'
import type { ProblemCode } from '../domain/problem-code.ts'
import { logDenial } from '../services/people/log-denial.ts'
import { Refused, RefusedAnswer, type RefusedField } from '../services/refused.ts'
import { describeError } from '../telemetry/logger.ts'
import { serviceContext } from './context.ts'
import type { ApiEnvironment, CountersignApp } from './environment.ts'
import { deniedSubject } from './refusals/denied-subject.ts'
import { refusalOfError } from './refusals/refusal-of-error.ts'
import { signInChallenge } from './refusals/sign-in-challenge.ts'

const secondsUntilRetry = '5'

interface Told {
  readonly detail?: string
  readonly errors?: readonly RefusedField[]
}

function problemResponse(c: Context<ApiEnvironment>, code: ProblemCode, { detail, errors }: Told): Response {
  const { status, title } = problemTypes[code]
  const problem: Problem = {
    type: problemUri(code),
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    instance: c.get('requestId'),
    code,
    ...(errors === undefined || errors.length === 0 ? {} : { errors }),
  }
  c.set('code', code)
  if (code === 'unavailable') c.header('Retry-After', secondsUntilRetry)
  // The rest of the body was not read, so that the connection is of no more use.
  if (code === 'too-large') c.header('Connection', 'close')
  return c.body(JSON.stringify(problem), status, { 'Content-Type': 'application/problem+json' })
}

const loggedBesides: ReadonlySet<ProblemCode> = new Set(['credential-reused', 'insufficient-authentication'])

// What is refused by right, and a credential that was about to be shared, is for the auditor to see.
function isLogged(code: ProblemCode): boolean {
  return problemTypes[code].status === 403 || loggedBesides.has(code)
}

async function logRefusal(c: Context<ApiEnvironment>, refused: Refused): Promise<void> {
  const { code } = refused
  if (refused instanceof RefusedAnswer) return
  if (!isLogged(code) || c.get('bearer')?.kind !== 'key') return
  const context = serviceContext(c)
  try {
    await logDenial(context, { code, operation: c.get('operation') ?? c.req.method, ...deniedSubject(c) })
  } catch (error) {
    c.get('dependencies').logger.error(
      { requestId: c.get('requestId'), error: describeError(error) },
      'a denial could not be logged',
    )
  }
}

/** The one place where an error becomes an answer. A refusal of somebody known is an entry of the log. */
export const answerError: ErrorHandler<ApiEnvironment> = async (error, c) => {
  const refused = refusalOfError(error)
  if (refused === undefined) {
    const { logger } = c.get('dependencies')
    logger.error({ requestId: c.get('requestId'), error: describeError(error) }, 'a request failed')
    return problemResponse(c, 'unexpected', {})
  }
  await logRefusal(c, refused)
  if (refused.code === 'insufficient-authentication') {
    c.header('WWW-Authenticate', signInChallenge(refused.signIn ?? {}))
  }
  return problemResponse(c, refused.code, { detail: refused.message, errors: refused.errors })
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Answers a path that no route has, and a method that its path does not know. */
export function answerUnknown(app: CountersignApp): NotFoundHandler<ApiEnvironment> {
  return (c) => {
    const known = methods.filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method),
    )
    if (known.length === 0) {
      return problemResponse(c, 'not-found', { detail: 'There is no such resource.' })
    }
    c.header('Allow', known.join(', '))
    return problemResponse(c, 'method-not-allowed', { detail: `This resource knows ${known.join(', ')}.` })
  }
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** Turns what a route's schema refused into a refusal with its places. */
export const refuseInvalid: Hook<unknown, ApiEnvironment, string, void> = (result) => {
  if (result.success) return
  const { target } = result
  if (target === 'param') throw new Refused('not-found', 'There is no such resource.')
  const inBody = target === 'json'
  const { issues } = result.error
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [],
  )
  const place = (path: readonly PropertyKey[]) => (inBody ? pointerTo(path) : path.map(String).join('.'))
  if (unknown.length > 0) {
    const code = inBody ? 'unknown-property' : 'unknown-parameter'
    const what = inBody ? 'The body has properties' : 'The query has parameters'
    const errors = unknown.map((path) => ({ pointer: place(path), message: 'is not known here' }))
    throw new Refused(code, `${what} that are not known here; leave them out.`, errors)
  }
  const errors = issues.map(({ path, message }) => ({ pointer: place(path), message }))
  throw new Refused(
    inBody ? 'invalid-body' : 'invalid-parameter',
    inBody
      ? 'The body does not have the documented shape.'
      : 'A parameter does not have the documented form.',
    errors,
  )
}
