import { v7 as uuidv7 } from 'uuid'
import { command as commandTable } from '../../db/control/command.ts'
import { productionCommand } from '../../db/control/production-command.ts'
import { productionCommandSecret } from '../../db/control/production-command-secret.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type CommandId, identifier } from '../../domain/identifiers.ts'
import { canonicalBytes } from '../../trust/canonical.ts'
import { appendEntries, type EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import { saveContent } from '../content/save-content.ts'
import type { ServiceContext } from '../context.ts'
import { claimKey } from '../idempotency/claim-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { commandFingerprint } from '../stories/command-fingerprint.ts'
import { type AskedAct, columnsOf, objectOf } from './asked-act.ts'

export interface RequestedCommand {
  readonly kind: 'requested'
  readonly command: CommandId
  readonly replayed: boolean
}

/**
 * Stores an act in production, with what it needs and its entry, as the last statements of a control transaction in
 * which its rights have been read. Its workflow is started afterwards. `alongside` are entries of the same transaction,
 * told before that of the act.
 */
export async function requestProductionCommand(
  context: ServiceContext,
  control: Transaction,
  act: AskedAct,
  alongside: readonly EntryDraft[] = [],
): Promise<RequestedCommand> {
  const { organization } = control
  const { caller } = context
  const { person, actor, key } = caller
  const { kind, environment, asset, type, name, expectedVersion } = act
  const id = identifier<CommandId>(uuidv7())
  const claimed = act.claim && (await claimKey(control, { ...act.claim, resource: id }))
  if (claimed?.kind === 'replay') {
    return { kind: 'requested', command: identifier(claimed.resource), replayed: true }
  }
  const contentDigest = 'bytes' in act ? await saveContent(control, act.bytes) : null
  const columns = columnsOf(act, contentDigest)
  const object = objectOf(act, columns)
  // The id of a new asset is minted here, so it is no part of what was received.
  const named = kind === 'create-asset' ? {} : { asset }
  const received = { kind, environment, ...named, type, name, ...object, expectedVersion }
  await insertRows(control, commandTable, [
    {
      organization,
      id,
      streamKind: 'production-command',
      stream: id,
      kind: 'request',
      person,
      actor,
      apiKey: key,
      arguments: canonicalBytes({ kind, environment, asset, type, ...object, expectedVersion }),
      fingerprint: commandFingerprint(context, 'request', received),
    },
  ])
  await insertRows(control, productionCommand, [
    { organization, id, kind, environment, asset, type, name, expectedVersion, person, ...columns },
  ])
  if ('secrets' in act && act.secrets.length > 0) {
    const rows = act.secrets.map((secret) => ({ organization, productionCommand: id, ...secret }))
    await insertRows(control, productionCommandSecret, rows)
  }
  const nameText = await saveText(control, name)
  const { digest, ...others } = object
  await appendEntries(control, [
    ...alongside,
    {
      type: 'production-command.requested',
      subject: `asset/${asset}`,
      actor: entryActor(caller),
      environment,
      asset,
      facts: { assetType: type, ...(digest === undefined ? {} : { digest }) },
      details: { command: id, purpose: kind, expectedVersion, nameText, ...others },
    },
  ])
  return { kind: 'requested', command: id, replayed: false }
}
