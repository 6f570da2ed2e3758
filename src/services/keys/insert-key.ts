import { apiKey } from '../../db/control/api-key.ts'
import { apiKeyEnvironment } from '../../db/control/api-key-environment.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, ApiKeyId, EnvironmentId, Instant } from '../../domain/identifiers.ts'
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

/** Writes a key's rows. The secret is in what is returned and nowhere else; the rows hold its digest. */
export async function insertKey(
  transaction: Transaction,
  entryActor: EntryActor,
  { id, actor, name, environment, scopes, expiresAt }: NewKey,
): Promise<{ readonly secret: string; readonly entry: EntryDraft }> {
  const { organization } = transaction
  const { text, digest: secretDigest } = newToken(environment?.kind ?? 'organization', id)
  const door = environment === null ? 'organization' : 'environment'
  await insertRows(transaction, apiKey, [
    {
      organization,
      id,
      actor,
      door,
      name,
      secretDigest,
      ...(scopes === null ? {} : { scopes }),
      ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt) }),
    },
  ])
  if (environment !== null) {
    await insertRows(transaction, apiKeyEnvironment, [
      { organization, apiKey: id, environment: environment.id },
    ])
  }
  const told = {
    id,
    actor,
    door,
    environment: environment?.id ?? null,
    scopes,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  } as const
  return { secret: text, entry: keyCreated(entryActor, told, await saveText(transaction, name)) }
}
