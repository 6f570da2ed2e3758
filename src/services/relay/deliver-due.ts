import { and, eq } from 'drizzle-orm'
import { command as commandTable } from '../../db/control/command.ts'
import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import { type CommandId, identifier, type OrganizationId } from '../../domain/identifiers.ts'
import { isJsonObject } from '../../domain/json.ts'
import type { CommandClaim, StreamKind, StreamReference } from '../../domain/stream.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import type { Orchestrator } from '../ports.ts'
import { answerEndedStory } from './answer-ended-story.ts'
import { markStarted } from './mark-started.ts'

export interface RelayContext {
  /** The pool of login `worker_control`. */
  readonly control: StorePool
  readonly orchestrator: Orchestrator
  /** How old something must be before it counts as due: the API tries first. */
  readonly graceMilliseconds: number
}

type Due =
  | { readonly kind: 'start'; readonly stream: StreamReference }
  | { readonly kind: 'command'; readonly stream: StreamReference; readonly command: CommandId }

const most = 50
const patienceMilliseconds = 15_000

async function findDue({ control, graceMilliseconds }: RelayContext): Promise<readonly Due[]> {
  const { rows } = await control.pool.query<{
    kind: Due['kind']
    organization: OrganizationId
    stream_kind: StreamKind
    stream: string
    command: CommandId
  }>(
    `select kind, organization, stream_kind, stream, command
    from due_deliveries($1 * interval '1 millisecond', $2)`,
    [graceMilliseconds, most],
  )
  return rows.map(({ kind, organization, stream_kind, stream, command }): Due => {
    const reference = { organization, kind: stream_kind, id: stream }
    return kind === 'start' ? { kind, stream: reference } : { kind, stream: reference, command }
  })
}

async function readClaim(
  { control }: RelayContext,
  organization: OrganizationId,
  id: CommandId,
): Promise<CommandClaim | undefined> {
  return withOrganization(control, organization, async (transaction) => {
    const [row] = await transaction
      .select()
      .from(commandTable)
      .where(and(eq(commandTable.organization, organization), eq(commandTable.id, id)))
    const given = row && parseStrict(row.arguments)
    if (row === undefined || !isJsonObject(given)) return undefined
    return { id: row.id, person: row.person, kind: row.kind, arguments: given }
  })
}

async function deliver(context: RelayContext, due: Due): Promise<void> {
  const { control, orchestrator } = context
  if (due.kind === 'start') {
    await orchestrator.start(due.stream)
    await markStarted(control, due.stream)
    return
  }
  const claim = await readClaim(context, due.stream.organization, identifier(due.command))
  if (claim === undefined) return
  if (await answerEndedStory(control, due.stream, claim)) return
  await orchestrator.deliver(due.stream, claim, patienceMilliseconds)
}

function keyOf(due: Due): string {
  const { organization, kind, id } = due.stream
  return `${organization}/${kind}/${id}/${due.kind === 'command' ? due.command : 'start'}`
}

/**
 * Begins to deliver whatever is due and not under way yet: workflows to be started, commands to be answered. One that
 * takes long holds up no other; what fails stays due. `underWay` is kept by the caller from call to call.
 */
export async function deliverDue(
  context: RelayContext,
  underWay: Map<string, Promise<void>>,
  onError: (error: unknown) => void,
): Promise<void> {
  for (const due of await findDue(context)) {
    const key = keyOf(due)
    if (underWay.has(key)) continue
    const delivery = deliver(context, due)
      .catch(onError)
      .finally(() => underWay.delete(key))
    underWay.set(key, delivery)
  }
}
