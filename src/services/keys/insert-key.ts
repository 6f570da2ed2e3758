import { type ApiKeyOrigin, apiKey } from '../../db/control/api-key.ts'
import { apiKeyEnvironment } from '../../db/control/api-key-environment.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, ApiKeyId, Digest, EnvironmentId, Instant, PersonId } from '../../domain/identifiers.ts'
import { type ProviderAuthentication, shownAuthentication } from '../../domain/sign-in/authentication.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { EnvironmentKind } from '../context.ts'
import { newToken } from './bearer-token.ts'
import { keyCreated } from './key-entries.ts'

export interface NewKey {
  readonly id: ApiKeyId
  readonly actor: ActorId
  readonly name: string
  /** The environment it opens; null for the organization. */
  readonly environment: { readonly id: EnvironmentId; readonly kind: EnvironmentKind } | null
  readonly scopes: readonly string[] | null
  readonly expiresAt: Instant | null
}

/** A key that an access token became: of the person themselves, without limits but its end. */
export interface NewTokenKey {
  readonly id: ApiKeyId
  readonly person: PersonId
  readonly environment: EnvironmentId | null
  readonly expiresAt: Instant
  readonly authentication: ProviderAuthentication
}

interface KeyRows extends Omit<NewKey, 'environment'> {
  readonly environment: EnvironmentId | null
  readonly origin: ApiKeyOrigin
  readonly secretDigest: Digest | null
}

async function insertKeyRows(
  transaction: Transaction,
  entryActor: EntryActor,
  { id, actor, name, environment, scopes, expiresAt, origin, secretDigest }: KeyRows,
): Promise<EntryDraft> {
  const { organization } = transaction
  const door = environment === null ? 'organization' : 'environment'
  await insertRows(transaction, apiKey, [
    {
      organization,
      id,
      actor,
      door,
      name,
      origin,
      ...(secretDigest === null ? {} : { secretDigest }),
      ...(scopes === null ? {} : { scopes }),
      ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt) }),
    },
  ])
  if (environment !== null) {
    await insertRows(transaction, apiKeyEnvironment, [{ organization, apiKey: id, environment }])
  }
  const told = {
    id,
    actor,
    door,
    environment,
    scopes,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  } as const
  return keyCreated(entryActor, told, await saveText(transaction, name))
}

/** Writes a key's rows. The secret is in what is returned and nowhere else; the rows hold its digest. */
export async function insertKey(
  transaction: Transaction,
  entryActor: EntryActor,
  { environment, ...key }: NewKey,
): Promise<{ readonly secret: string; readonly entry: EntryDraft }> {
  const { text, digest: secretDigest } = newToken(environment?.kind ?? 'organization', key.id)
  const opened = environment?.id ?? null
  const rows: KeyRows = { ...key, environment: opened, origin: 'made', secretDigest }
  return { secret: text, entry: await insertKeyRows(transaction, entryActor, rows) }
}

/** Writes the rows of a key that an access token became. Nothing that anybody could present leads to it. */
export async function insertTokenKey(
  transaction: Transaction,
  { id, person, environment, expiresAt, authentication }: NewTokenKey,
): Promise<EntryDraft> {
  const entryActor: EntryActor = { person, via: 'token', key: id }
  const entry = await insertKeyRows(transaction, entryActor, {
    id,
    actor: person,
    name: 'Access token of the identity provider',
    environment,
    scopes: null,
    expiresAt,
    origin: 'identity-provider',
    secretDigest: null,
  })
  return { ...entry, details: { ...entry.details, authentication: shownAuthentication(authentication) } }
}
