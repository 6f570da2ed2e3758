import { createRoute, type RouteConfig } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { z } from 'zod'
import type { Scope } from '../contract/people/scope.ts'
import { problemShape, problemTypes } from '../contract/problem.ts'
import type { ProblemCode } from '../domain/problem-code.ts'
import type { ApiEnvironment } from './environment.ts'
import { type Access, authenticate } from './request/authenticate.ts'
import { type BodyFormat, type BodyLimits, ordinaryBody, readBody } from './request/body.ts'
import { requireIfMatch } from './request/etag.ts'
import { readIdempotencyKey } from './request/idempotency.ts'

/** A route as the framework has it, and the rules that it is held to and documented by. */
export type RouteDefinition<Path extends string> = Omit<
  RouteConfig,
  'path' | 'middleware' | 'hide' | 'security' | 'operationId' | 'summary' | 'description' | 'tags'
> & {
  readonly path: Path
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: string[]
  /** Who may call; holders of a key when left out. */
  readonly access?: Access
  /** What a limited key needs; null where any key will do. */
  readonly scope: Scope | null
  /** What it refuses besides what follows from the rest of the definition. */
  readonly problems: readonly ProblemCode[]
  /** Whether a repetition is recognised: asks for Idempotency-Key. */
  readonly idempotent?: true
  /** Whether the caller has to say what they saw: asks for If-Match. */
  readonly ifMatch?: true
  /** What the body may measure, where that is not the ordinary. */
  readonly bodyLimits?: BodyLimits
  /** What the body may be written in; JSON alone when left out. */
  readonly bodyFormats?: readonly BodyFormat[]
  /** What is asked before a large body is read at all. */
  readonly beforeBody?: MiddlewareHandler<ApiEnvironment>
}

const bodyProblems: readonly ProblemCode[] = [
  'malformed-json',
  'too-large',
  'unsupported-media-type',
  'duplicate-key',
  'lossy-number',
  'too-deep',
  'invalid-body',
  'unknown-property',
]

function problemsOf(definition: RouteDefinition<string>): readonly ProblemCode[] {
  const { access = 'key', scope, request, bodyFormats, idempotent, ifMatch, problems } = definition
  // A request with a token names its door by a header, which may be malformed, missing, or of a door that is not theirs.
  const keyed: readonly ProblemCode[] =
    access === 'anybody' || access === 'probe' ? [] : ['unauthenticated', 'invalid-parameter', 'not-found']
  return [
    'unknown-parameter',
    ...keyed,
    ...(scope === null ? [] : (['forbidden'] as const)),
    ...(request?.body === undefined ? [] : bodyProblems),
    ...(bodyFormats?.includes('yaml') ? (['malformed-yaml'] as const) : []),
    ...(idempotent
      ? ([
          'idempotency-key-missing',
          'idempotency-key-reused',
          'request-running',
          'invalid-parameter',
        ] as const)
      : []),
    ...(ifMatch ? (['precondition-required', 'precondition-failed'] as const) : []),
    ...problems,
    'rate-limited',
    'unavailable',
    'unexpected',
  ]
}

function problemResponses(codes: readonly ProblemCode[]): RouteConfig['responses'] {
  const byStatus = Map.groupBy(new Set(codes), (code) => problemTypes[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${problemTypes[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: problemShape } },
      },
    ]),
  )
}

/**
 * A path as the router takes it. A segment like `assets:export` is a name of its own, which the router would read as a
 * parameter behind `assets`; so it becomes a parameter of which only this one value exists.
 */
function routedPath(path: string): string {
  return path.replaceAll(/\/([a-z-]+:[a-z-]+)/g, '/{verb{$1}}')
}

/** A routed path as the definition has it, and as the document shows it. */
export function shownPath(path: string): string {
  return path.replaceAll(/\{verb\{([a-z-]+:[a-z-]+)\}\}/g, '$1')
}

function headerParameter(name: string, description: string) {
  return { name, in: 'header' as const, required: true, description, schema: { type: 'string' as const } }
}

function guardsOf(definition: RouteDefinition<string>): MiddlewareHandler<ApiEnvironment>[] {
  const {
    access = 'key',
    scope,
    operationId,
    idempotent,
    ifMatch,
    request,
    bodyLimits,
    bodyFormats,
    beforeBody,
  } = definition
  const nameOperation: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
    c.set('operation', operationId)
    await next()
  }
  return [
    nameOperation,
    authenticate(access, scope ?? undefined),
    ...(idempotent ? [readIdempotencyKey] : []),
    ...(ifMatch ? [requireIfMatch] : []),
    ...(beforeBody === undefined ? [] : [beforeBody]),
    ...(request?.body === undefined ? [] : [readBody(bodyLimits ?? ordinaryBody, bodyFormats)]),
  ]
}

/**
 * Defines a route for `app.openapi(route, handler)`: the handler is checked against the documented answers, and
 * authentication, scope, strict body, strict query, Idempotency-Key and If-Match are asked for before it runs. Problems
 * are thrown as `Refused`, never returned.
 */
export function defineRoute<Path extends string, Definition extends RouteDefinition<Path>>(
  definition: Definition & { readonly path: Path },
) {
  const {
    access,
    scope,
    problems: _problems,
    bodyLimits: _bodyLimits,
    bodyFormats: _bodyFormats,
    beforeBody: _beforeBody,
    idempotent,
    ifMatch,
    ...config
  } = definition
  const parameters = [
    ...(idempotent
      ? [headerParameter('Idempotency-Key', 'Of your choice; a repetition gets the first answer.')]
      : []),
    ...(ifMatch ? [headerParameter('If-Match', 'The ETag of what you saw.')] : []),
  ]
  const route = {
    ...config,
    path: routedPath(definition.path),
    ...(parameters.length === 0 ? {} : { parameters }),
    // What a limited key needs stands where OpenAPI 3.1 has the roles that a bearer requires.
    security: access === 'anybody' || access === 'probe' ? [] : [{ bearer: scope === null ? [] : [scope] }],
    request: { query: z.strictObject({}), ...definition.request },
    responses: { ...problemResponses(problemsOf(definition)), ...definition.responses },
    middleware: guardsOf(definition),
  }
  return createRoute<Path, Definition>(route as unknown as Definition & typeof route)
}

/** A JSON body that has to be there. */
export function jsonBody<Shape extends z.ZodType>(schema: Shape) {
  return { required: true as const, content: { 'application/json': { schema } } }
}

/** A JSON answer. */
export function jsonAnswer<Shape extends z.ZodType>(schema: Shape, description: string) {
  return { description, content: { 'application/json': { schema } } }
}
