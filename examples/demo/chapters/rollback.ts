import { promotionShape } from '../../../src/contract/promotions/promotions.ts'
import { editAsset, idIn, readAsset } from '../acts/assets.ts'
import { followed, requestBundle } from '../acts/bundle.ts'
import type { Plan } from '../acts/plan.ts'
import { approve, reached } from '../acts/promotion.ts'
import { activate, rolledOut } from '../acts/rollout.ts'
import { expected } from '../client.ts'
import { DemoFailed } from '../narrative.ts'
import type { Setting } from '../setting.ts'

/** A change that does not do well in use: it goes back to what was in use before, at once. */
export async function goBack(setting: Setting, first: Plan): Promise<void> {
  const { ask, narrative, cast, staging } = setting
  const [approver] = cast.approvers
  const copy = first.items.find(({ source }) => source.id === idIn(staging, followed))?.target.id
  if (copy === undefined) throw new DemoFailed('The first plan lacks an asset that was asked for.')
  narrative.chapter('A change that goes back')
  const before = await readAsset(ask, approver.production, copy)
  const value = 'NLM3'
  await editAsset(ask, cast.editor.staging, idIn(staging, followed), {
    pointer: '/schema/if/then/constant',
    value,
  })
  const { id } = expected(
    await requestBundle(setting, 'Another code of the main campus'),
    202,
    promotionShape,
  )
  await reached(ask, cast.requester.staging, id, 'awaiting_approval')
  for (const person of cast.approvers) await approve(ask, person, id, narrative)
  await reached(ask, approver.production, id, 'promoted')
  await activate(setting, id)
  const during = await readAsset(ask, approver.production, copy)
  const reason = 'The main campus refuses the code'
  const going = { act: 'rollback', body: { reason }, told: `has it go back: "${reason}"` } as const
  const back = await rolledOut(setting, id, going, 'rolled_back')
  const after = await readAsset(ask, approver.production, copy)
  narrative.check(
    `version ${before.activeVersion} is in use again, after version ${during.activeVersion} was`,
    after.activeVersion === before.activeVersion && during.activeVersion !== before.activeVersion,
  )
  narrative.check(
    'only what had moved went back, and the reason is kept',
    back.rolledBack?.assets.length === 1 && back.rolledBack.reason === reason,
  )
  narrative.check(
    'the association says that production runs an older version',
    after.association?.finding === 'restored',
  )
}
