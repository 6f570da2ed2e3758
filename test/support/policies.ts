import type { EnvironmentId } from '../../src/domain/identifiers.ts'
import type { ApiRequest, TestApi } from './api.ts'

export interface PolicyAnswer {
  readonly version: number
  readonly digest: string
  readonly rules: readonly Readonly<Record<string, unknown>>[]
  readonly proposedBy: string
  readonly confirmedBy?: string | null
  readonly state?: 'in-force' | 'proposed'
  readonly note?: string
  readonly warnings?: readonly { readonly code: string; readonly pointer: string }[]
}

interface Administrator {
  readonly keys: { readonly organization: string }
}

/** The path of an environment's policy. */
export const policyOf = (environment: EnvironmentId) => `/v1/environments/${environment}/policy`

/** A call that proposes a policy to who saw any version. */
export function proposing({ keys }: Administrator, body: unknown, seen = '*'): ApiRequest {
  return { key: keys.organization, method: 'PUT', body, headers: { 'If-Match': seen } }
}

/** A call that confirms what has this digest. */
export function confirming({ keys }: Administrator, digest: string): ApiRequest {
  return { key: keys.organization, method: 'POST', headers: { 'If-Match': `"${digest}"` } }
}

/** Has one person propose a policy and another one confirm it. */
export async function setPolicy(
  { expectStatus }: TestApi,
  environment: EnvironmentId,
  body: object,
  [proposer, confirmer]: readonly [Administrator, Administrator],
): Promise<PolicyAnswer> {
  const path = policyOf(environment)
  const { digest } = await expectStatus<PolicyAnswer>(202, path, proposing(proposer, body))
  return expectStatus<PolicyAnswer>(200, `${path}/confirm`, confirming(confirmer, digest))
}
