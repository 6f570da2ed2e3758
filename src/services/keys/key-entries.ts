import type { ActorId, ApiKeyId, EnvironmentId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'

/** What a key lets its actor do, as entries tell it. */
interface KeyRights {
  readonly door: 'organization' | 'environment'
  readonly scopes: readonly string[] | null
  readonly expiresAt: Date | null
}

interface ToldKey extends KeyRights {
  readonly id: ApiKeyId
  readonly actor: ActorId
  readonly environment: EnvironmentId | null
}

function rights({ door, scopes, expiresAt }: KeyRights): JsonObject {
  return { door, scopes, expiresAt: expiresAt?.toISOString() ?? null }
}

/** What else took a key away. */
export type RevokedBecause = 'owner-deactivated' | 'owner-changed' | 'identity-unlinked'

/** The entry for a key that was made. */
export function keyCreated(actor: EntryActor, key: ToldKey, name: JsonObject): EntryDraft {
  return {
    type: 'api-key.created',
    subject: `api-key/${key.id}`,
    actor,
    ...(key.environment === null ? {} : { environment: key.environment }),
    details: { actor: key.actor, name, before: null, after: rights(key) },
  }
}

/** The entry for a key that was revoked, `because` of something else or by itself. */
export function keyRevoked(actor: EntryActor, key: ToldKey, because?: RevokedBecause): EntryDraft {
  return {
    type: 'api-key.revoked',
    subject: `api-key/${key.id}`,
    actor,
    ...(key.environment === null ? {} : { environment: key.environment }),
    details: {
      actor: key.actor,
      ...(because === undefined ? {} : { because }),
      before: rights(key),
      after: null,
    },
  }
}
