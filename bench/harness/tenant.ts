import type { EnvironmentId, OrganizationId, PersonId } from '../../src/domain/identifiers.ts'
import type { EnvironmentKind } from '../../src/services/context.ts'
import { bootstrap } from '../../src/services/organizations/bootstrap.ts'
import { expectAnswer } from './call.ts'
import type { Ground } from './ground.ts'

/** An organization of a section's own, and a key of its staging. */
export interface Tenant {
  readonly organization: OrganizationId
  readonly environments: Readonly<Record<EnvironmentKind, EnvironmentId>>
  readonly owner: PersonId
  readonly key: string
}

/** Makes an organization as an operator would, and its owner's key of staging over the API. */
export async function newTenant(ground: Ground, name: string): Promise<Tenant> {
  const { organization, environments, owner, keys } = await bootstrap(ground, {
    organizationName: name,
    ownerName: 'Olive Owner',
  })
  const { secret } = await expectAnswer<{ readonly secret: string }>(ground, 201, '/v1/api-keys', {
    key: keys.organization,
    method: 'POST',
    body: { name: 'bench', environment: environments.staging },
  })
  return { organization, environments, owner, key: secret }
}
