import { promotionShape } from '../../../src/contract/promotions/promotions.ts'
import { editAsset, idIn, readAsset } from '../acts/assets.ts'
import { followed, requestBundle } from '../acts/bundle.ts'
import { type Plan, readPlan, tellPlan } from '../acts/plan.ts'
import { activeVersions, approve, checkLanded, reached } from '../acts/promotion.ts'
import { activate } from '../acts/rollout.ts'
import { expected, until } from '../client.ts'
import { DemoFailed } from '../narrative.ts'
import type { Setting } from '../setting.ts'

/** Staging goes on; production does not follow by itself. */
async function editStaging({ ask, narrative, cast, staging }: Setting, copy: string): Promise<void> {
  const { editor, approvers } = cast
  const [approver] = approvers
  narrative.chapter('Staging changes, production does not move')
  const before = await readAsset(ask, approver.production, copy)
  narrative.check('the association says in_sync', before.association?.status === 'in_sync')
  const edited = await editAsset(ask, editor.staging, idIn(staging, followed), {
    pointer: '/schema/if/then/constant',
    value: 'NLM2',
  })
  narrative.tell(`Elena gives the main campus another code in staging → version ${edited.version}`)
  const after = await until('the association says out_of_date', async () => {
    const asset = await readAsset(ask, approver.production, copy)
    return asset.association?.status === 'out_of_date' ? asset : undefined
  })
  narrative.check(
    'the association says out_of_date, on both sides',
    edited.association?.status === 'out_of_date',
  )
  const still =
    after.version === before.version &&
    after.digest === before.digest &&
    after.activeVersion === before.activeVersion
  narrative.check('production has the same version, digest and active version as before', still)
}

/** The same bundle again, after one of its assets was edited: a new version of the same production asset. */
export async function promoteAgain(setting: Setting, first: Plan): Promise<void> {
  const { ask, narrative, cast, staging } = setting
  const [approver] = cast.approvers
  const copy = first.items.find(({ source }) => source.id === idIn(staging, followed))?.target.id
  if (copy === undefined) throw new DemoFailed('The first plan lacks an asset that was asked for.')
  await editStaging(setting, copy)

  narrative.chapter('Promoted again: the next version of the same copy')
  const asked = expected(await requestBundle(setting, 'The new code of the main campus'), 202, promotionShape)
  const { id } = asked
  await reached(ask, cast.requester.staging, id, 'awaiting_approval')
  const { plan } = await readPlan(ask, approver.production, id)
  await tellPlan(setting, plan)
  const updated = plan.items.filter(({ action }) => action === 'update')
  const one = updated.length === 1 && updated[0]?.target.id === copy
  narrative.check('one item is an update, of the copy that is there; the others are unchanged', one)
  for (const person of cast.approvers) await approve(ask, person, id, narrative)
  const promotion = await reached(ask, approver.production, id, 'promoted')
  const versions = await Promise.all(
    plan.items.map(async ({ target }) => [
      target.id,
      (await readAsset(ask, approver.production, target.id)).version,
    ]),
  )
  await checkLanded(ask, approver, { plan, promotion }, narrative)
  narrative.check(
    'the edited asset has version 2 in production, the others still version 1',
    versions.every(([asset, version]) => version === (asset === copy ? 2 : 1)),
  )
  await activate(setting, id)
  const active = await activeVersions(ask, approver, plan)
  narrative.check(
    'version 2 is in use',
    active.every((version, place) => version === (plan.items[place]?.target.id === copy ? 2 : 1)),
  )
  const { association } = await readAsset(ask, approver.production, copy)
  narrative.check('and the association is in_sync again', association?.status === 'in_sync')
}
