import type { Context } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refused } from '../../services/refused.ts'
import { clientAddress } from '../context.ts'
import type { ApiDependencies, ApiEnvironment, RateLimits } from '../environment.ts'

const windowSeconds = 60

/** The counters of an app that was just made: nobody has asked for anything. */
export function rateLimits({ requestsPerMinute }: ApiDependencies): RateLimits {
  return {
    ofKey: new RateLimiterMemory({ points: requestsPerMinute?.key ?? 600, duration: windowSeconds }),
    ofAddress: new RateLimiterMemory({ points: requestsPerMinute?.address ?? 120, duration: windowSeconds }),
  }
}

function tell(
  c: Context<ApiEnvironment>,
  policy: string,
  limiter: RateLimiterMemory,
  counted: RateLimiterRes,
) {
  const seconds = Math.ceil(counted.msBeforeNext / 1000)
  c.header('RateLimit-Policy', `"${policy}";q=${limiter.points};w=${windowSeconds}`)
  c.header('RateLimit', `"${policy}";r=${counted.remainingPoints};t=${seconds}`)
  return seconds
}

function refuse(
  c: Context<ApiEnvironment>,
  policy: string,
  limiter: RateLimiterMemory,
  counted: RateLimiterRes,
): never {
  const seconds = tell(c, policy, limiter, counted)
  c.header('Retry-After', String(seconds))
  throw new Refused('rate-limited', `Too many requests in a minute; try again in ${seconds} seconds.`)
}

async function count(
  c: Context<ApiEnvironment>,
  policy: string,
  limiter: RateLimiterMemory,
  whom: string,
): Promise<void> {
  try {
    tell(c, policy, limiter, await limiter.consume(whom))
  } catch (refused) {
    if (refused instanceof RateLimiterRes) refuse(c, policy, limiter, refused)
    throw refused
  }
}

/** Counts a request of a key. Throws Refused `rate-limited` when it had its share of this minute. */
export async function countKey(c: Context<ApiEnvironment>, key: string): Promise<void> {
  await count(c, 'key', c.get('limits').ofKey, key)
}

/** Counts a request without a valid key against the address it came from. */
export async function countAddress(c: Context<ApiEnvironment>): Promise<void> {
  await count(c, 'address', c.get('limits').ofAddress, clientAddress(c) ?? 'unknown')
}

/** Refuses an address that has used up its share, before anything is looked up for it. */
export async function checkAddress(c: Context<ApiEnvironment>): Promise<void> {
  const { ofAddress } = c.get('limits')
  const counted = await ofAddress.get(clientAddress(c) ?? 'unknown')
  if (counted !== null && counted.consumedPoints > ofAddress.points) refuse(c, 'address', ofAddress, counted)
}
