import { v7 as uuidv7 } from 'uuid'
import type { LoginRole } from '../../../src/db/rights/right.ts'
import {
  type EnvironmentId,
  identifier,
  type OrganizationId,
  type PersonId,
} from '../../../src/domain/identifiers.ts'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import { commit, newSalt } from '../../../src/trust/commitment.ts'
import type { TestStores } from '../../support/stores.ts'
import { hexadecimal, type Session, speakingAs } from './session.ts'

const names = [
  'owner',
  'requester',
  'editor',
  'approverOne',
  'approverTwo',
  'outsider',
  'deactivated',
] as const

export type PersonName = (typeof names)[number]

/** An organization with everything that a promotion refers to, written by the login that does so in the product. */
export interface World extends Readonly<Record<PersonName, PersonId>> {
  readonly stores: TestStores
  readonly organization: OrganizationId
  readonly development: EnvironmentId
  readonly staging: EnvironmentId
  readonly production: EnvironmentId
  /** A service account of approver one. */
  readonly serviceAccount: string
  /** An erasable text for reasons, comments and printed names. */
  readonly text: string
}

export const policySteps = Object.freeze([
  { name: 'review', kind: 'review', approvals: 1, groups: [] },
  { name: 'approval', kind: 'approval', approvals: 1, groups: ['approvers'] },
] as const)

export const noSecret = hexadecimal('00'.repeat(32))

export const breakGlass = Object.freeze({ group: 'approvers', reviewWithin: 'P2D' })

/** A policy of one rule with these steps. */
export function policyOf(steps: readonly object[], terms: object = { breakGlass }): Uint8Array {
  const rule = { name: 'every promotion', steps, expiresAfter: 'P7D', landWithin: 'PT10M', ...terms }
  return canonicalBytes({ rules: [rule as never] })
}

async function putPeople(session: Session, world: World): Promise<void> {
  for (const name of names) {
    const id = world[name]
    await session.put('actor', { id, kind: 'human' })
    await session.put('person', { id, name })
    const role = name === 'owner' ? 'owner' : 'member'
    await session.put('organization_member', { person: id, role, auditor: false })
    await session.put('environment_member', { environment: world.production, actor: id, role: 'viewer' })
    // Everybody has one key, which goes by their own id.
    await session.put('api_key', {
      id,
      actor: id,
      door: 'organization',
      name: 'Key',
      secret_digest: noSecret,
    })
  }
  const { serviceAccount: id, approverOne: owner } = world
  await session.put('actor', { id, kind: 'service' })
  await session.put('service_account', { id, name: 'Pipeline', owner })
  await session.put('api_key', { id, actor: id, door: 'organization', name: 'Key', secret_digest: noSecret })
  await session.put('approver_group', { name: 'approvers' })
  for (const person of [world.approverOne, world.approverTwo]) {
    await session.put('approver_group_member', { approver_group: 'approvers', person })
  }
}

/** A new organization: its people, a service account, three environments and a policy of two steps. */
export async function newWorld(stores: TestStores): Promise<World> {
  const people = Object.fromEntries(names.map((name) => [name, identifier<PersonId>(uuidv7())]))
  const world: World = {
    ...(people as Record<PersonName, PersonId>),
    stores,
    organization: identifier(uuidv7()),
    development: identifier(uuidv7()),
    staging: identifier(uuidv7()),
    production: identifier(uuidv7()),
    serviceAccount: uuidv7(),
    text: uuidv7(),
  }
  await as(world, 'api', async (session) => {
    await session.put('organization', { name: 'A hospital' })
    for (const kind of ['development', 'staging', 'production'] as const) {
      await session.put('environment', { id: world[kind], kind, name: kind })
    }
    await putPeople(session, world)
    const { production: environment, owner: created_by } = world
    await session.put('policy', {
      environment,
      version: 1,
      document: policyOf(policySteps),
      proposed_by: created_by,
    })
    await session.put('asset_type', {
      name: 'routing',
      version: 1,
      definition: canonicalBytes({}),
      created_by,
    })
    const salt = newSalt()
    const commitment = hexadecimal(commit('Because.', salt))
    await session.put('erasable_text', { id: world.text, text: 'Because.', salt, commitment })
    await session.query('UPDATE person SET active = false WHERE id = $1', [world.deactivated])
    await session.append('organization.created', `organization/${world.organization}`)
  })
  return world
}

/** Speaks in control as a login, for a world's organization. */
export function as<Result>(
  { stores, organization }: Pick<World, 'stores' | 'organization'>,
  login: LoginRole,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  return speakingAs({ stores, organization, login }, work)
}
