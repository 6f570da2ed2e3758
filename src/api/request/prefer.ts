import type { Context } from 'hono'
import type { ApiEnvironment } from '../environment.ts'

const longest = 30

/** The seconds a caller would wait (RFC 7240 §4.3), at most 30; 0 without such a preference. */
export function preferredWait(c: Context<ApiEnvironment>): number {
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,4})"?/i.exec(c.req.header('Prefer') ?? '')
  return Math.min(Number(match?.[1] ?? 0), longest)
}

/** Says on an answer that the preference was heeded. */
export function markPreference(c: Context<ApiEnvironment>, seconds: number): void {
  if (seconds > 0) c.header('Preference-Applied', `wait=${seconds}`)
}
