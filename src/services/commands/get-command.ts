import { and, eq } from 'drizzle-orm'
import { apiKeyEnvironment } from '../../db/control/api-key-environment.ts'
import { command as commandTable } from '../../db/control/command.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { AssetId, CommandId, Instant } from '../../domain/identifiers.ts'
import { instant } from '../../domain/identifiers.ts'
import type { StreamKind } from '../../domain/stream.ts'
import type { ServiceContext } from '../context.ts'
import { readProductionCommand } from '../production-commands/read-production-command.ts'
import { Refused } from '../refused.ts'
import { readAnswer } from '../stories/read-story.ts'

/** A command as the one who gave it sees it. Pending: stored, delivered later, and judged then. */
export interface CommandState {
  readonly id: CommandId
  readonly kind: string
  readonly stream: { readonly kind: StreamKind; readonly id: string }
  readonly state: 'pending' | 'accepted' | 'refused'
  /** Of a refusal the rule that refused; otherwise what came of it. */
  readonly code?: string
  readonly detail?: string
  /** What an act in production is about. */
  readonly asset?: AssetId
  readonly createdAt: Instant
}

type Settled = Pick<CommandState, 'state' | 'code' | 'detail' | 'asset'>

async function settledAct(context: ServiceContext, command: CommandId): Promise<Settled> {
  const outcome = await readProductionCommand(context, command)
  const { asset } = outcome
  switch (outcome.kind) {
    case 'pending':
      return { state: 'pending', asset }
    case 'performed':
      return { state: 'accepted', code: 'performed', asset }
    case 'refused':
      return { state: 'refused', code: outcome.code, detail: outcome.detail, asset }
    default:
      return outcome satisfies never
  }
}

/**
 * What has become of a command.
 *
 * @throws Refused `not-found` to everybody but the one who gave it, with a key of the same door.
 */
export async function getCommand(context: ServiceContext, id: CommandId): Promise<CommandState> {
  const { caller, stores } = context
  const { organization, actor, door } = caller
  const found = await withOrganization(stores.control, organization, async (transaction) => {
    const [row] = await transaction
      .select({ given: commandTable, environment: apiKeyEnvironment.environment })
      .from(commandTable)
      .leftJoin(
        apiKeyEnvironment,
        and(
          eq(apiKeyEnvironment.organization, commandTable.organization),
          eq(apiKeyEnvironment.apiKey, commandTable.apiKey),
        ),
      )
      .where(
        and(
          eq(commandTable.organization, organization),
          eq(commandTable.id, id),
          eq(commandTable.actor, actor),
        ),
      )
    if (row === undefined) return undefined
    const { streamKind: kind, stream } = row.given
    const answer = await readAnswer(transaction, { organization, kind, id: stream }, id)
    return { ...row, answer }
  })
  const opened = door.kind === 'environment' ? door.environment : null
  if (found === undefined || found.environment !== opened) {
    throw new Refused('not-found', 'You have given no such command with a key like this one.')
  }
  const { given, answer } = found
  const settled: () => Promise<Settled> = async () => {
    if (answer !== undefined) {
      const { outcome: state, code, detail } = answer
      return { state, code, ...(detail === '' ? {} : { detail }) }
    }
    if (given.streamKind === 'production-command') return settledAct(context, id)
    // What was asked for exists with its request, in the same transaction.
    return given.kind === 'request' ? { state: 'accepted', code: 'requested' } : { state: 'pending' }
  }
  return {
    id,
    kind: given.kind,
    stream: { kind: given.streamKind, id: given.stream },
    ...(await settled()),
    createdAt: instant(given.createdAt),
  }
}
