import type { ActorId, EnvironmentId, OrganizationId, PersonId } from '../../domain/identifiers.ts'
import type { EntryActor } from '../audit/append-entries.ts'
import { entryActor } from '../people/entry-actor.ts'
import type { Bearer } from './find-bearer.ts'

/** Who makes a key: somebody with a key, or with a sign-in token. */
export interface KeyMaker {
  readonly organization: OrganizationId
  readonly actor: ActorId
  readonly actorKind: 'human' | 'service'
  readonly person: PersonId
  readonly entryActor: EntryActor
  /** The one environment whose keys may be made; null for all that the actor may open. */
  readonly environment: EnvironmentId | null
  /** What a key made may be used for at most; null for no limit. */
  readonly scopes: readonly string[] | null
  /** When a key made expires at the latest; null for never. */
  readonly expiresAt: Date | null
}

export function keyMaker(bearer: Bearer): KeyMaker {
  if (bearer.kind === 'sign-in') {
    const { organization, person } = bearer.signIn
    const actor: EntryActor = { person, via: 'sign-in-token' }
    const unlimited = { environment: null, scopes: null, expiresAt: null }
    return { organization, actor: person, actorKind: 'human', person, entryActor: actor, ...unlimited }
  }
  const { organization, actor, actorKind, person, door, scopes } = bearer.caller
  const environment = door.kind === 'environment' ? door.environment : null
  return {
    organization,
    actor,
    actorKind,
    person,
    entryActor: entryActor(bearer.caller),
    environment,
    scopes,
    expiresAt: bearer.expiresAt,
  }
}
