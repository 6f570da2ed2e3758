import { and, eq } from 'drizzle-orm'
import { v5 as uuidv5 } from 'uuid'
import { command as commandTable } from '../../db/control/command.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type CommandId, identifier, type PersonId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { SignInRule } from '../../domain/sign-in/sign-in-rule.ts'
import type { Answer, CommandClaim, StreamReference } from '../../domain/stream.ts'
import { canonicalBytes } from '../../trust/canonical.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import type { ServiceContext } from '../context.ts'
import { pollUntil } from '../poll.ts'
import { OrchestratorAway } from '../ports.ts'
import { Refused } from '../refused.ts'
import { commandFingerprint } from './command-fingerprint.ts'
import { readAnswer, streamId } from './read-story.ts'

export interface GivenCommand {
  readonly stream: StreamReference
  readonly kind: string
  /** As the person sent it, for recognising a repetition: no ids minted here, no times. */
  readonly asReceived: JsonObject
  readonly idempotencyKey: string
  /** Makes the arguments that travel, in the transaction that stores the command. */
  prepare(transaction: Transaction): Promise<JsonObject>
}

export interface CommandResult {
  readonly command: CommandId
  /** Null when it was not settled in time: it is stored, and will be. */
  readonly answer: Answer | null
  readonly replayed: boolean
  /** The sign-in that it is judged by, where that is known. */
  readonly signIn?: SignInRule | null
}

const settleMilliseconds = 10_000
const namespace = '7f6f3f9a-52a5-5c0e-9c55-1d1d5ce9a0b7'

/** The id of a person's command: the same person, story and Idempotency-Key always mean the same command. */
export function commandId(person: PersonId, stream: StreamReference, idempotencyKey: string): CommandId {
  return identifier<CommandId>(uuidv5(`${person}/${stream.kind}/${stream.id}/${idempotencyKey}`, namespace))
}

async function store(
  context: ServiceContext,
  transaction: Transaction,
  given: GivenCommand,
  id: CommandId,
): Promise<{ readonly claim: CommandClaim; readonly replayed: boolean }> {
  const { stream, kind } = given
  const { caller } = context
  const fingerprint = commandFingerprint(context, kind, given.asReceived)
  const { organization } = transaction
  const find = () =>
    transaction
      .select()
      .from(commandTable)
      .where(and(eq(commandTable.organization, organization), eq(commandTable.id, id)))
  const replay = (row: typeof commandTable.$inferSelect) => {
    if (row.fingerprint !== fingerprint) {
      throw new Refused(
        'idempotency-key-reused',
        'This Idempotency-Key was used for another command. Choose a new one.',
      )
    }
    const stored = parseStrict(row.arguments) as JsonObject
    return { claim: { id, person: row.person, kind: row.kind, arguments: stored }, replayed: true }
  }
  const [earlier] = await find()
  if (earlier !== undefined) return replay(earlier)
  const prepared = await given.prepare(transaction)
  const row = {
    organization,
    id,
    streamKind: stream.kind,
    stream: streamId(stream),
    kind,
    person: caller.person,
    actor: caller.actor,
    apiKey: caller.key,
    arguments: canonicalBytes(prepared),
    fingerprint,
  }
  if ((await insertRows(transaction, commandTable, [row], 'ignore')) === 0) {
    const [concurrent] = await find()
    if (concurrent === undefined) throw new Error('a command was neither stored nor found')
    return replay(concurrent)
  }
  return { claim: { id, person: caller.person, kind, arguments: prepared }, replayed: false }
}

async function awaitAnswer(
  { caller, stores }: ServiceContext,
  stream: StreamReference,
  command: CommandId,
  deadline: number,
): Promise<Answer | null> {
  const answer = await pollUntil(deadline, () =>
    withOrganization(stores.control, caller.organization, (transaction) =>
      readAnswer(transaction, stream, command),
    ),
  )
  return answer ?? null
}

/**
 * Stores a person's command before anything acts on it, delivers it to its workflow, and gives the answer when it comes
 * within ten seconds. The same person, story and key always lead to the same command and the same answer.
 *
 * @throws Refused `idempotency-key-reused` when the key came with something else before.
 */
export async function giveCommand(context: ServiceContext, given: GivenCommand): Promise<CommandResult> {
  const { caller, stores, orchestrator } = context
  const { stream } = given
  const deadline = Date.now() + settleMilliseconds
  const command = commandId(caller.person, stream, given.idempotencyKey)
  const { claim, replayed } = await withOrganization(stores.control, caller.organization, (transaction) =>
    store(context, transaction, given, command),
  )
  const known = replayed
    ? await withOrganization(stores.control, caller.organization, (transaction) =>
        readAnswer(transaction, stream, command),
      )
    : undefined
  if (known !== undefined) return { command, answer: known, replayed }
  try {
    const delivery = await orchestrator.deliver(stream, claim, settleMilliseconds)
    const answer =
      delivery.kind === 'answered' ? delivery.answer : await awaitAnswer(context, stream, command, deadline)
    return { command, answer, replayed }
  } catch (error) {
    if (!(error instanceof OrchestratorAway)) throw error
    return { command, answer: null, replayed }
  }
}
