import { policy as policyTable } from '../../db/control/policy.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { canonicalBytes, digestOf } from '../../trust/canonical.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'

/** A policy's canonical bytes, which is how it is stored and compared. */
export function policyBytes({ rules }: Policy): Uint8Array {
  const document: JsonObject = {
    rules: rules.map(({ name, steps, expiresAfter, landWithin, restore }) => ({
      name,
      steps: steps.map(({ name, kind, approvals, groups }) => ({ name, kind, approvals, groups })),
      expiresAfter,
      landWithin,
      ...(restore === undefined ? {} : { restore }),
    })),
  }
  return canonicalBytes(document)
}

export interface NewPolicy {
  readonly environment: EnvironmentId
  readonly version: number
  readonly policy: Policy
}

/** Stores a version of a policy, which follows the one before; null for the first. Returns the entry that tells of it. */
export async function insertPolicy(
  transaction: Transaction,
  actor: EntryActor,
  { environment, version, policy }: NewPolicy,
  before: { readonly version: number; readonly digest: string } | null,
): Promise<EntryDraft> {
  const { organization } = transaction
  const document = policyBytes(policy)
  await insertRows(transaction, policyTable, [
    { organization, environment, version, document, createdBy: actor.person },
  ])
  return {
    type: 'policy.set',
    subject: `environment/${environment}`,
    actor,
    environment,
    details: { before: before && { ...before }, after: { version, digest: digestOf(document) } },
  }
}
