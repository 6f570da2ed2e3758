import { and, eq } from 'drizzle-orm'
import { productionCommand } from '../../db/control/production-command.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { AssetId, CommandId } from '../../domain/identifiers.ts'
import type { ProblemCode } from '../../domain/problem-code.ts'
import type { ServiceContext } from '../context.ts'
import { revokedKey } from '../stories/refusal-of-revoked-key.ts'

/** What has become of an act in production. */
export type ProductionCommandOutcome =
  | { readonly kind: 'pending'; readonly asset: AssetId }
  | { readonly kind: 'performed'; readonly asset: AssetId; readonly version: number | null }
  | {
      readonly kind: 'refused'
      readonly asset: AssetId
      readonly code: ProblemCode
      readonly detail: string
    }

const moved: readonly [ProblemCode, string] = [
  'precondition-failed',
  'Production has changed since you saw it. Read the asset again, and repeat with its new ETag.',
]
const forbidden: readonly [ProblemCode, string] = [
  'forbidden',
  'When the act was judged, the rights of its person or the policy did not allow it any more.',
]

const meanings: Readonly<Record<string, readonly [ProblemCode, string]>> = Object.freeze({
  'target-moved': moved,
  fenced: moved,
  superseded: moved,
  forbidden,
  'not-authorized': forbidden,
  'key-revoked': ['key-revoked', revokedKey.detail],
  'content-erased': [
    'forbidden',
    'This content was erased from the organization. It is neither stored nor put in use again.',
  ],
  'never-live': ['illegal-state', 'This version was never in use in production.'],
  'promotion-open': [
    'promotion-open',
    'When the act was judged, an open promotion was about to change this asset. Wait for it, and repeat.',
  ],
})

const other: readonly [ProblemCode, string] = [
  'illegal-state',
  'Production did not carry this out. Read the asset again before you repeat it.',
]

/** What has become of a stored act in production; refusals in the words of the public API. */
export async function readProductionCommand(
  { caller, stores }: ServiceContext,
  command: CommandId,
): Promise<ProductionCommandOutcome> {
  const { organization } = caller
  const [row] = await withOrganization(stores.control, organization, (transaction) =>
    transaction
      .select({
        asset: productionCommand.asset,
        state: productionCommand.state,
        failure: productionCommand.failure,
        version: productionCommand.version,
      })
      .from(productionCommand)
      .where(and(eq(productionCommand.organization, organization), eq(productionCommand.id, command))),
  )
  if (row === undefined) throw new Error('an act in production was not stored')
  const { asset, state, failure, version } = row
  switch (state) {
    case 'requested':
    case 'authorized':
      return { kind: 'pending', asset }
    case 'performed':
      return { kind: 'performed', asset, version }
    case 'refused': {
      const [code, detail] = meanings[failure ?? ''] ?? other
      return { kind: 'refused', asset, code, detail }
    }
    default:
      return state satisfies never
  }
}
