import { and, eq } from 'drizzle-orm'
import { promotionPin } from '../../../../db/control/promotion-pin.ts'
import { promotionResubmission } from '../../../../db/control/promotion-resubmission.ts'
import { promotionSourceLock } from '../../../../db/control/promotion-source-lock.ts'
import { insertRows } from '../../../../db/insert-rows.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import type { AssetId } from '../../../../domain/identifiers.ts'
import { compareText } from '../../../../domain/plan/compare-text.ts'
import type { PromotionEvent } from '../../../../domain/promotion/events.ts'
import type { PromotionState } from '../../../../domain/promotion/state.ts'
import { parseStrict } from '../../../../trust/strict-parse.ts'
import { readContent } from '../../../content/save-content.ts'
import { NeverStored } from '../../../stories/never-stored.ts'
import type { StoredCommand } from '../../../stories/story-rules.ts'
import { asRequestDocument } from '../../preflight/request-document.ts'

/** Takes the locks on these staging assets; they meet in one order, and the second one fails by the table's key. */
async function lockSources(
  transaction: Transaction,
  { facts }: PromotionState,
  assets: readonly AssetId[],
): Promise<void> {
  const { organization, promotion, destination } = facts
  await insertRows(
    transaction,
    promotionSourceLock,
    [...assets]
      .sort(compareText)
      .map((asset) => ({ organization, asset, destinationEnvironment: destination, promotion })),
  )
}

/** A draft that is submitted takes the locks that it did not hold. */
export async function projectSubmission(transaction: Transaction, state: PromotionState): Promise<void> {
  const { organization, promotion } = state.facts
  const pins = await transaction
    .select({ asset: promotionPin.asset })
    .from(promotionPin)
    .where(
      and(
        eq(promotionPin.organization, organization),
        eq(promotionPin.promotion, promotion),
        eq(promotionPin.revision, state.revision),
      ),
    )
  await lockSources(
    transaction,
    state,
    pins.map(({ asset }) => asset),
  )
}

/** The row of a further revision, what it pins, and the locks on what it is about now. */
export async function projectResubmission(
  transaction: Transaction,
  state: PromotionState,
  event: Extract<PromotionEvent, { type: 'resubmitted' }>,
  command: StoredCommand,
): Promise<void> {
  const { organization, promotion } = state.facts
  const { revision, person, request, reasonText } = event
  const bytes = await readContent(transaction, request)
  if (bytes === undefined) throw new NeverStored('what was asked for is no longer stored')
  const { pins } = asRequestDocument(parseStrict(bytes))
  if (pins === undefined) throw new NeverStored('a further revision names what it pins')
  await insertRows(transaction, promotionResubmission, [
    { organization, promotion, revision, person, command: command.claim.id, request, reasonText },
  ])
  await insertRows(
    transaction,
    promotionPin,
    pins.map((pin, place) => ({ organization, promotion, revision, position: place + 1, ...pin })),
  )
  await transaction
    .delete(promotionSourceLock)
    .where(
      and(eq(promotionSourceLock.organization, organization), eq(promotionSourceLock.promotion, promotion)),
    )
  await lockSources(
    transaction,
    state,
    pins.map(({ asset }) => asset),
  )
}
