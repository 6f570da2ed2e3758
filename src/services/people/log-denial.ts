import { withOrganization } from '../../db/transaction.ts'
import { type AssetId, type EnvironmentId, identifier, type PromotionId } from '../../domain/identifiers.ts'
import type { ProblemCode } from '../../domain/problem-code.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { denialEntry } from '../audit/deny.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from './entry-actor.ts'

/** A request that was refused to somebody known. */
export interface DeniedRequest {
  readonly code: ProblemCode
  readonly operation: string
  /** What it was about, as `kind/id`; the organization when left out. */
  readonly subject?: string
  readonly environment?: string
  readonly asset?: string
  readonly promotion?: string
}

/** Logs a refusal by the API, in a transaction of its own. Repeats within a minute are counted into one entry. */
export async function logDenial({ caller, stores }: ServiceContext, denied: DeniedRequest): Promise<void> {
  const { organization } = caller
  const { code, operation, subject, environment, asset, promotion } = denied
  await withOrganization(stores.control, organization, async (transaction) => {
    const entry = await denialEntry(transaction, {
      type: 'access.denied',
      code,
      subject: subject ?? `organization/${organization}`,
      actor: entryActor(caller),
      ...(environment === undefined ? {} : { environment: identifier<EnvironmentId>(environment) }),
      ...(asset === undefined ? {} : { asset: identifier<AssetId>(asset) }),
      ...(promotion === undefined ? {} : { promotion: identifier<PromotionId>(promotion) }),
      details: { operation },
    })
    if (entry !== undefined) await appendEntries(transaction, [entry])
  })
}
