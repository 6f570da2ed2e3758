import { policy as policyTable } from '../../db/control/policy.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { type Policy, policyDocument } from '../../domain/policy/policy.ts'
import { canonicalBytes, digestOf } from '../../trust/canonical.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'

/** A policy's canonical bytes, which is how it is stored and compared. */
export function policyBytes(policy: Policy): Uint8Array {
  return canonicalBytes(policyDocument(policy))
}

/**
 * Why a version is in force: an environment began with it, a second person confirmed what another one had proposed, or
 * its author is the only one who may change policies.
 */
export type PolicyBasis =
  | { readonly kind: 'beginning' }
  | { readonly kind: 'confirmed'; readonly proposedBy: PersonId; readonly confirmedBy: PersonId }
  | { readonly kind: 'only-administrator' }

export interface NewPolicy {
  readonly environment: EnvironmentId
  readonly version: number
  readonly policy: Policy
  readonly basis: PolicyBasis
}

/** Stores a version of a policy, which follows the one before; null for the first. Returns the entry that tells of it. */
export async function insertPolicy(
  transaction: Transaction,
  actor: EntryActor,
  { environment, version, policy, basis }: NewPolicy,
  before: { readonly version: number; readonly digest: string } | null,
): Promise<EntryDraft> {
  const { organization } = transaction
  const document = policyBytes(policy)
  const people =
    basis.kind === 'confirmed'
      ? { proposedBy: basis.proposedBy, confirmedBy: basis.confirmedBy }
      : { proposedBy: actor.person, confirmedBy: null }
  const row = { organization, environment, version, document, proposedBy: people.proposedBy }
  await insertRows(transaction, policyTable, [
    people.confirmedBy === null ? row : { ...row, confirmedBy: people.confirmedBy },
  ])
  return {
    type: 'policy.set',
    subject: `environment/${environment}`,
    actor,
    environment,
    details: {
      before: before && { version: before.version, digest: before.digest },
      after: { version, digest: digestOf(document) },
      basis: basis.kind,
      ...people,
    },
  }
}
