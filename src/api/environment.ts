import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Logger } from 'pino'
import type { RateLimiterMemory } from 'rate-limiter-flexible'
import type { ProblemCode } from '../domain/problem-code.ts'
import type { FittingMemory } from '../services/assets/fitting-memory.ts'
import type { ApiStores } from '../services/context.ts'
import type { Bearer } from '../services/keys/find-bearer.ts'
import type { Clock, IdentityProvider, Orchestrator, RefusalOfAddress } from '../services/ports.ts'
import type { ScreeningMemory } from '../services/screening/screening-memory.ts'
import type { JsonValue } from '../trust/json.ts'

export interface ApiDependencies {
  /** Pools of the login `api`. */
  readonly stores: ApiStores
  readonly orchestrator: Orchestrator
  readonly clock: Clock
  readonly screenings: ScreeningMemory
  readonly fitting: FittingMemory
  /** Where a policy's checks could never be asked. */
  readonly refusalOfAddress: RefusalOfAddress
  /** Whose access tokens are accepted beside keys; nobody's when left out. */
  readonly identityProvider?: IdentityProvider
  /** Key of the HMAC by which a repeated request is recognised. */
  readonly fingerprintKey: Uint8Array
  readonly logger: Logger
  /** Whether the last entry of X-Forwarded-For was written by a proxy of ours. */
  readonly trustProxy?: boolean
  /** Requests a minute: of one key (600 when left out), and of one address without a valid one (120). */
  readonly requestsPerMinute?: { readonly key?: number; readonly address?: number }
}

/** Counters of one process; several processes each count for themselves. */
export interface RateLimits {
  readonly ofKey: RateLimiterMemory
  readonly ofAddress: RateLimiterMemory
}

export interface ApiEnvironment {
  Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } }
  Variables: {
    dependencies: ApiDependencies
    limits: RateLimits
    requestId: string
    bearer?: Bearer
    /** The request's body as the strict parser read it; undefined when there was none. */
    body?: JsonValue
    idempotencyKey?: string
    /** The problem that was answered, for the log. */
    code?: ProblemCode
    operation?: string
  }
}

export type CountersignApp = OpenAPIHono<ApiEnvironment>
