import type { EnvironmentId } from '../../src/domain/identifiers.ts'
import type { EnvironmentKind } from '../../src/services/context.ts'
import type { TestApi, TestOrganization } from './api.ts'

export interface FurtherEnvironment<Name extends string> {
  readonly id: EnvironmentId
  /** One key of the environment for everybody who was given a role. */
  readonly keys: Readonly<Record<Name, string>>
}

/** Adds an environment as the owner, and gives people of the organization roles in it and keys of it. */
export async function addEnvironment<Name extends string>(
  { expectStatus }: TestApi,
  { id: organization, people }: TestOrganization<Name>,
  asked: { readonly name: string; readonly kind: EnvironmentKind; readonly store?: string },
  roles: Readonly<Partial<Record<Name | 'owner', 'engineer' | 'support' | 'viewer'>>>,
): Promise<FurtherEnvironment<Name | 'owner'>> {
  const administrator = people.owner.keys.organization
  const { id } = await expectStatus<{ id: EnvironmentId }>(
    201,
    `/v1/organizations/${organization}/environments`,
    { key: administrator, body: asked },
  )
  const keys: Partial<Record<string, string>> = {}
  for (const name of Object.keys(roles) as (Name | 'owner')[]) {
    const person = people[name]
    await expectStatus(200, `/v1/environments/${id}/members/${person.id}`, {
      key: administrator,
      method: 'PUT',
      body: { role: roles[name] },
    })
    const made = await expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: person.keys.organization,
      body: { name: `${name} in ${asked.name}`, environment: id },
    })
    keys[name] = made.secret
  }
  return { id, keys: keys as Record<Name | 'owner', string> }
}
