import { organizationAssetShape, pastAssetShape } from '../../../src/contract/assets/asset-history.ts'
import { restoredAssetShape } from '../../../src/contract/assets/assets.ts'
import { parityShape } from '../../../src/contract/assets/parity.ts'
import { pageShape } from '../../../src/contract/pagination.ts'
import { idIn, readAsset } from '../acts/assets.ts'
import { followed } from '../acts/bundle.ts'
import { expected, until } from '../client.ts'
import { DemoFailed } from '../narrative.ts'
import type { Setting } from '../setting.ts'

/** What was live before the second promotion, and how both environments stand to each other now. */
export async function lookBack(setting: Setting, before: string): Promise<void> {
  const { ask, narrative, cast, environments, staging } = setting
  narrative.chapter('Looking back')
  const [approver] = cast.approvers
  const source = idIn(staging, followed)
  const { association } = await readAsset(ask, cast.requester.staging, source)
  if (association === undefined) throw new DemoFailed('The followed asset has lost its counterpart.')
  const moment = new URLSearchParams({ at: before })
  const path = `/v1/assets/${association.asset}?${moment}`
  const past = expected(await ask(approver.production, 'GET', path), 200, pastAssetShape)
  narrative.check(`at ${before} version 1 was live in production`, past.live?.version === 1)

  const state = await ask(
    cast.owner.organization,
    'GET',
    `/v1/organizations/${setting.organization}/assets?${moment}&environment=${environments.production}`,
  )
  const { data } = expected(state, 200, pageShape(organizationAssetShape))
  const followedThen = data.find(({ id }) => id === association.asset)
  narrative.check(
    'the whole organization is told for that moment, without any content',
    followedThen?.activeVersion === 1 && !JSON.stringify(state.body).includes('"content"'),
  )

  const compared = `/v1/environments/${environments.staging}/parity?with=${environments.production}`
  const parity = await until('parity has caught up', async () => {
    const read = expected(await ask(cast.requester.staging, 'GET', compared), 200, parityShape)
    return read.behind.count === 0 ? read : undefined
  })
  narrative.tell(
    `parity: ${parity.onlyHere.count} only in staging, ${parity.onlyThere.count} only in production, ` +
      `${parity.behind.count} behind, ${parity.drifted.count} drifted, ${parity.unbound.count} places unbound`,
  )
  narrative.check('no promoted asset is behind, none has drifted', parity.drifted.count === 0)
}

/** An older version comes back in staging: first as a preview, then for good. */
export async function restoreInStaging({ ask, narrative, cast, staging }: Setting): Promise<void> {
  narrative.chapter('An older version comes back')
  const key = cast.editor.staging
  const id = idIn(staging, followed)
  const { version } = await readAsset(ask, key, id)
  const restore = (query: string) =>
    ask(key, 'POST', `/v1/assets/${id}/restore${query}`, { body: { version: version - 1 } })
  const preview = expected(await restore('?dryRun=true'), 200, restoredAssetShape)
  const places = (preview.restoration.diff ?? []).map(({ pointer }) => pointer)
  const unchanged = (await readAsset(ask, key, id)).version === version
  narrative.check(
    `a dry run shows what it would change (${places.join()}), and changes nothing`,
    places.length > 0 && unchanged,
  )
  const restored = expected(await restore(''), 200, restoredAssetShape)
  narrative.check(
    `version ${version - 1} comes back as version ${restored.version}; no version is ever changed`,
    restored.version === version + 1 && restored.restoration.restoredFrom === version - 1,
  )
}
