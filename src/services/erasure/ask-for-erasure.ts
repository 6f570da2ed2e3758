import { erasureConfirmation } from '../../db/control/erasure-confirmation.ts'
import { erasureProposal } from '../../db/control/erasure-proposal.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { OpenEnvironment } from '../assets/rules/open-environment.ts'
import type { EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { Caller } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { blankInControl } from './blank-in-control.ts'
import { type ErasableVersion, type ErasurePeople, peopleBehind } from './erasure-state.ts'

/** Who wants the erasure now, and the entry that tells of what was new about it. */
export interface AskedErasure {
  readonly people: ErasurePeople
  readonly entries: readonly EntryDraft[]
}

function entryOf(
  caller: Caller,
  { environment }: OpenEnvironment,
  { asset, type, version, digest, active }: ErasableVersion,
  what: 'erasure.proposed' | 'erasure.confirmed',
  details: NonNullable<EntryDraft['details']>,
): EntryDraft {
  return {
    type: what,
    subject: `asset/${asset}`,
    actor: entryActor(caller),
    environment,
    asset,
    facts: { assetType: type, version, digest },
    details: { ...details, active },
  }
}

/**
 * Puts on record that the caller wants a version erased: as the first one, or as the second, who makes it so. Control's
 * copies are blanked with the second. Who asks again changes nothing.
 */
export async function askForErasure(
  caller: Caller,
  opened: OpenEnvironment,
  erasable: ErasableVersion,
  reason: string,
): Promise<AskedErasure> {
  const { control, environment } = opened
  const { organization } = control
  const { asset, version, digest } = erasable
  const { person } = caller
  const { text: reasonText, commitment } = await saveText(control, reason)
  const said = { reasonText: { text: reasonText, commitment } }
  const proposal = { organization, asset, version, environment, digest, proposedBy: person, reasonText }
  if ((await insertRows(control, erasureProposal, [proposal], 'ignore')) === 1) {
    const entries = [entryOf(caller, opened, erasable, 'erasure.proposed', said)]
    return { people: { proposedBy: person, confirmedBy: null }, entries }
  }
  const people = await peopleBehind(control, asset, version)
  if (people === undefined) throw new Error('an erasure was neither proposed nor found')
  const { proposedBy } = people
  if (proposedBy === person || people.confirmedBy !== null) return { people, entries: [] }
  const confirmedBy: PersonId = person
  const confirmation = { organization, asset, version, digest, proposedBy, confirmedBy, reasonText }
  const isNew = (await insertRows(control, erasureConfirmation, [confirmation], 'ignore')) === 1
  await blankInControl(control, digest)
  const entry = entryOf(caller, opened, erasable, 'erasure.confirmed', { ...said, proposedBy })
  return { people: { proposedBy, confirmedBy }, entries: isNew ? [entry] : [] }
}
