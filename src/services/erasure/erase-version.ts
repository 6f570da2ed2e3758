import { v7 as uuidv7 } from 'uuid'
import { withOrganization } from '../../db/transaction.ts'
import type { AssetId, CommandId, PersonId } from '../../domain/identifiers.ts'
import { type OpenEnvironment, openEnvironment, storeOfDoor } from '../assets/rules/open-environment.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireAct } from '../people/require-right.ts'
import {
  type RequestedCommand,
  requestProductionCommand,
} from '../production-commands/request-production-command.ts'
import { settleProductionCommand } from '../production-commands/settle-production-command.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { type AskedErasure, askForErasure } from './ask-for-erasure.ts'
import { eraseBytes } from './erase-bytes.ts'
import { type ErasableVersion, type ErasurePeople, findErasable } from './erasure-state.ts'

export interface AskedToErase {
  readonly asset: AssetId
  readonly version: number
  readonly reason: string
  readonly idempotency: RepeatableRequest
}

/** How far an erasure is. */
export interface ErasureState extends Pick<ErasableVersion, 'asset' | 'version' | 'digest' | 'active'> {
  readonly state: 'proposed' | 'confirmed'
  /** Whether the bytes are gone from the environment. */
  readonly erased: boolean
  readonly proposedBy: PersonId
  readonly confirmedBy: PersonId | null
}

export type ErasureAnswer =
  | { readonly kind: 'state'; readonly erasure: ErasureState; readonly replayed: boolean }
  | { readonly kind: 'pending'; readonly command: CommandId; readonly replayed: boolean }

type Confirmed = ErasurePeople & { readonly confirmedBy: PersonId }

interface Asked {
  readonly opened: OpenEnvironment
  readonly erasable: ErasableVersion
  readonly people: ErasurePeople
  readonly replayed: boolean
  readonly command: RequestedCommand | null
}

function isConfirmed(people: ErasurePeople): people is Confirmed {
  return people.confirmedBy !== null
}

async function store(
  context: ServiceContext,
  { control, environment, kind }: OpenEnvironment,
  { asset, type, name, version, digest, newest, erased }: ErasableVersion,
  { people, entries }: AskedErasure,
): Promise<RequestedCommand | null> {
  if (kind === 'production' && isConfirmed(people) && !erased) {
    const act = {
      kind: 'erase',
      environment,
      asset,
      type,
      name,
      expectedVersion: Math.max(newest, 1),
    } as const
    const erasing = { ...act, erasedVersion: version, erasedDigest: digest }
    return requestProductionCommand(context, control, erasing, entries)
  }
  if (entries.length > 0) await appendEntries(control, entries)
  return null
}

/** Blanks the bytes in a store that the API may write, once two people are on record. */
async function eraseHere(
  context: ServiceContext,
  { environment }: OpenEnvironment,
  { asset, type, version, digest }: ErasableVersion,
  { proposedBy, confirmedBy }: Confirmed,
): Promise<void> {
  const { caller } = context
  await withOrganization(storeOfDoor(context), caller.organization, async (transaction) => {
    const entry = uuidv7()
    const erased = { asset, version, digest, proposedBy, confirmedBy, entry }
    if (!(await eraseBytes(transaction, erased))) return
    await appendEntries(transaction, [
      {
        id: entry,
        type: 'asset.version-erased',
        subject: `asset/${asset}`,
        actor: entryActor(caller),
        environment,
        asset,
        facts: { assetType: type, version, digest },
        details: { proposedBy, confirmedBy },
      },
    ])
  })
}

async function ask(context: ServiceContext, asked: AskedToErase): Promise<Asked> {
  const { caller } = context
  return openEnvironment(context, null, async (opened) => {
    const erasable = await findErasable(opened, asked.asset, asked.version)
    requireAct('content.erase', opened.standing, { through: 'environment' })
    await refuseConfidential([{ pointer: '/reason', value: asked.reason }])
    const { asset: resource, version, idempotency } = asked
    const claim = { ...idempotency, actor: caller.actor, operation: 'eraseVersion', resource, version }
    const replayed = (await claimKey(opened.control, claim)).kind === 'replay'
    const asking = await askForErasure(caller, opened, erasable, asked.reason)
    const command = await store(context, opened, erasable, asking)
    return { opened, erasable, people: asking.people, replayed, command }
  })
}

/**
 * Asks for the erasure of a version's bytes. With the second person who asks, they are blanked: in the environment, and
 * wherever control keeps a copy. Digests, versions and every proof stay; the same bytes never come back. A version in
 * use may be erased too, which the answer tells.
 *
 * @throws Refused for a version the caller does not see, a caller who may not erase, or a reason that itself holds a
 *   secret or data of a patient.
 */
export async function eraseVersion(context: ServiceContext, asked: AskedToErase): Promise<ErasureAnswer> {
  const { opened, erasable, people, replayed, command } = await ask(context, asked)
  if (command !== null) {
    const settled = await settleProductionCommand(context, command)
    if (settled.kind === 'pending') return { ...settled, replayed }
  } else if (isConfirmed(people) && !erasable.erased) {
    await eraseHere(context, opened, erasable, people)
  }
  const { asset, version, digest, active } = erasable
  const state = isConfirmed(people) ? 'confirmed' : 'proposed'
  const erased = erasable.erased || isConfirmed(people)
  return { kind: 'state', erasure: { asset, version, digest, active, state, erased, ...people }, replayed }
}
