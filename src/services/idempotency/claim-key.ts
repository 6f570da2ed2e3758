import { and, eq } from 'drizzle-orm'
import { errorCodes } from '../../db/error-causes.ts'
import { idempotencyKey } from '../../db/every-store/idempotency-key.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, Digest } from '../../domain/identifiers.ts'
import { Refused } from '../refused.ts'

/** What a caller says to make a repetition recognisable, and what the request was. */
export interface RepeatableRequest {
  readonly key: string
  /** HMAC over method, path and canonical body. */
  readonly fingerprint: Digest
}

export interface KeyClaim extends RepeatableRequest {
  readonly actor: ActorId
  /** The verb, so that one key may serve different verbs. */
  readonly operation: string
  /** What this request is going to make; a repetition is answered from it. */
  readonly resource: string
  readonly version?: number
}

export type ClaimedKey =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'replay'; readonly resource: string; readonly version: number }

// The statement, or its wait for a lock, took too long.
const waitedTooLong = ['57014', '55P03']

function hasWaitedTooLong(error: unknown): boolean {
  return errorCodes(error).some((code) => waitedTooLong.includes(code))
}

/**
 * Claims an idempotency key in the transaction of the effect, before it: a concurrent duplicate waits here until the
 * first one commits, and is then a replay. When the transaction fails, the key is free again.
 *
 * @throws Refused `idempotency-key-reused` when the key was used for another request, `request-running` when the first
 * request takes too long to wait for.
 */
export async function claimKey(transaction: Transaction, claim: KeyClaim): Promise<ClaimedKey> {
  const { organization } = transaction
  const { actor, operation, key, fingerprint, resource, version = 0 } = claim
  const row = { organization, actor, operation, key, fingerprint, resource, version }
  let inserted: number
  try {
    inserted = await insertRows(transaction, idempotencyKey, [row], 'ignore')
  } catch (error) {
    if (!hasWaitedTooLong(error)) throw error
    throw new Refused('request-running', 'The first request with this Idempotency-Key is still running.')
  }
  if (inserted === 1) return { kind: 'fresh' }
  const first = await findClaim(transaction, claim)
  if (first === undefined) throw new Error('a key was neither claimed nor found')
  return first
}

/**
 * What an idempotency key was claimed for before; undefined when it is free. For verbs that look, before they claim it,
 * at what a first request has changed.
 *
 * @throws Refused `idempotency-key-reused` when the key was used for another request.
 */
export async function findClaim(
  transaction: Transaction,
  { actor, operation, key, fingerprint }: Omit<KeyClaim, 'resource' | 'version'>,
): Promise<(ClaimedKey & { readonly kind: 'replay' }) | undefined> {
  const [first] = await transaction
    .select()
    .from(idempotencyKey)
    .where(
      and(
        eq(idempotencyKey.organization, transaction.organization),
        eq(idempotencyKey.actor, actor),
        eq(idempotencyKey.operation, operation),
        eq(idempotencyKey.key, key),
      ),
    )
  if (first === undefined) return undefined
  if (first.fingerprint !== fingerprint) {
    throw new Refused(
      'idempotency-key-reused',
      'This Idempotency-Key was used for another request. Send a new key with a new request.',
    )
  }
  return { kind: 'replay', resource: first.resource, version: first.version }
}
