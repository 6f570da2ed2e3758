import type { EnvironmentId, OrganizationId, PersonId } from '../../src/domain/identifiers.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { EnvironmentKind } from '../../src/services/context.ts'
import { bootstrap } from '../../src/services/organizations/bootstrap.ts'
import { expectAnswer } from './call.ts'
import type { Ground } from './ground.ts'

/** An organization of a section's own, and its owner's keys of staging and of the organization. */
export interface Tenant {
  readonly organization: OrganizationId
  readonly environments: Readonly<Record<EnvironmentKind, EnvironmentId>>
  readonly owner: PersonId
  readonly key: string
  readonly administrator: string
}

/** A key of one environment for the owner, made over the API. */
export async function keyIn(
  ground: Ground,
  { administrator }: Pick<Tenant, 'administrator'>,
  environment: EnvironmentId,
): Promise<string> {
  const { secret } = await expectAnswer<{ readonly secret: string }>(ground, 201, '/v1/api-keys', {
    key: administrator,
    method: 'POST',
    body: { name: 'bench', environment },
  })
  return secret
}

/** Makes an organization as an operator would, with a policy of its own where one is given, and its owner's key of staging. */
export async function newTenant(ground: Ground, name: string, policy?: Policy): Promise<Tenant> {
  const { organization, environments, owner, keys } = await bootstrap(ground, {
    organizationName: name,
    ownerName: 'Olive Owner',
    ...(policy === undefined ? {} : { policy }),
  })
  const administrator = keys.organization
  const key = await keyIn(ground, { administrator }, environments.staging)
  return { organization, environments, owner, key, administrator }
}
