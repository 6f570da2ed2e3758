import { environmentMemberShape } from '../../src/contract/organizations.ts'
import { groupShape } from '../../src/contract/people/groups.ts'
import { createdKeyShape } from '../../src/contract/people/keys.ts'
import { createdPersonShape } from '../../src/contract/people/people.ts'
import type { EnvironmentId, OrganizationId } from '../../src/domain/identifiers.ts'
import { type Client, expected, said } from './client.ts'
import { DemoFailed, type Narrative } from './narrative.ts'

/** What the installation was opened with: the organization, its owner, and the only key there is. */
export interface Opening {
  readonly organization: OrganizationId
  readonly environments: Readonly<Record<'development' | 'staging' | 'production', EnvironmentId>>
  readonly owner: string
  readonly ownerKey: string
}

type Place = 'staging' | 'production'

export interface Person {
  readonly id: string
  readonly name: string
}

export interface Approver extends Person {
  readonly production: string
}

export interface Editor extends Approver {
  readonly staging: string
}

/** Everybody, with their keys. */
export interface Cast {
  readonly owner: Approver & { readonly organization: string; readonly development: string }
  readonly requester: Editor
  readonly editor: Editor
  readonly approvers: readonly [Approver, Approver]
}

async function makeKey(
  ask: Client,
  bearer: string,
  name: string,
  environment: EnvironmentId,
): Promise<string> {
  const answer = await ask(bearer, 'POST', '/v1/api-keys', { body: { name, environment } })
  const { secret } = expected(answer, 201, createdKeyShape)
  if (secret === null) throw new DemoFailed('A new key came without its secret.')
  return secret
}

/** The owner adds a human with roles; the human makes a key for each of them from the one-time token. */
async function join(
  ask: Client,
  { organization, environments, ownerKey }: Opening,
  name: string,
  roles: Partial<Record<Place, 'engineer' | 'viewer'>>,
): Promise<Person & { readonly keys: ReadonlyMap<Place, string>; readonly token: string }> {
  const created = await ask(ownerKey, 'POST', `/v1/organizations/${organization}/people`, {
    body: { kind: 'human', name },
  })
  const { id, signInToken } = expected(created, 201, createdPersonShape)
  if (signInToken === null) throw new DemoFailed('A new person came without a sign-in token.')
  const keys = new Map<Place, string>()
  for (const place of ['staging', 'production'] as const) {
    const role = roles[place]
    if (role === undefined) continue
    const path = `/v1/environments/${environments[place]}/members/${id}`
    expected(await ask(ownerKey, 'PUT', path, { body: { role } }), 200, environmentMemberShape)
    keys.set(place, await makeKey(ask, signInToken, `${name}, ${place}`, environments[place]))
  }
  return { id, name, keys, token: signInToken }
}

function keyOf({ name, keys }: Awaited<ReturnType<typeof join>>, place: Place): string {
  const key = keys.get(place)
  if (key === undefined) throw new DemoFailed(`${name} has no key for ${place}.`)
  return key
}

function roleIn(joined: Awaited<ReturnType<typeof join>>): Approver {
  return { id: joined.id, name: joined.name, production: keyOf(joined, 'production') }
}

/** Brings five people together. All but the owner are in the group that approves, also those who will not be let. */
export async function gatherCast(ask: Client, opening: Opening, narrative: Narrative): Promise<Cast> {
  const { organization, environments, owner, ownerKey } = opening
  const editing = { staging: 'engineer', production: 'viewer' } as const
  const requester = await join(ask, opening, 'Ravi Nair', editing)
  const editor = await join(ask, opening, 'Elena Duarte', editing)
  const first = await join(ask, opening, 'Amara Lindqvist', { production: 'viewer' })
  const second = await join(ask, opening, 'Tomasz Wren', { production: 'viewer' })
  const members = [requester, editor, first, second].map(({ id }) => id)
  const group = `/v1/organizations/${organization}/groups/approvers`
  expected(await ask(ownerKey, 'PUT', group, { body: { members } }), 200, groupShape)
  const production = await makeKey(ask, ownerKey, 'Olivia Marsh, production', environments.production)
  const development = await makeKey(ask, ownerKey, 'Olivia Marsh, development', environments.development)

  narrative.tell('Olivia Marsh    owner, engineer of production and development')
  narrative.tell('Ravi Nair       requester: engineer of staging, a role and a key in production')
  narrative.tell('Elena Duarte    second editor: the same')
  narrative.tell('Amara Lindqvist, Tomasz Wren    approvers: a role and a key in production')
  narrative.tell('All but Olivia are in the group "approvers"; production asks for two of them.')
  const withToken = said(await ask(requester.token, 'GET', '/v1/me'))
  narrative.check(
    `a one-time sign-in token makes keys and nothing else (${withToken})`,
    withToken === '401 unauthenticated',
  )
  return {
    owner: { id: owner, name: 'Olivia Marsh', organization: ownerKey, development, production },
    requester: { ...roleIn(requester), staging: keyOf(requester, 'staging') },
    editor: { ...roleIn(editor), staging: keyOf(editor, 'staging') },
    approvers: [roleIn(first), roleIn(second)],
  }
}
