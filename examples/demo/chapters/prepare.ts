import { createExamples, editAsset, idIn } from '../acts/assets.ts'
import { followed } from '../acts/bundle.ts'
import { readExamples } from '../acts/example-assets.ts'
import { gatherCast, type Opening } from '../cast.ts'
import { type Client, said } from '../client.ts'
import type { Narrative } from '../narrative.ts'
import type { Setting } from '../setting.ts'

/** Brings people and assets into place: everything that there is before anybody asks for a promotion. */
export async function prepare(ask: Client, opening: Opening, narrative: Narrative): Promise<Setting> {
  const { environments } = opening
  narrative.chapter('Five people, each with keys of their own for each environment')
  const cast = await gatherCast(ask, opening, narrative)
  const { owner, requester, editor } = cast

  narrative.chapter('Integration assets in staging, and what is local to production')
  const examples = await readExamples('staging')
  const staging = await createExamples(ask, requester.staging, environments.staging, examples)
  narrative.tell(`Ravi creates ${staging.size} assets in staging:`)
  for (const [type, ofType] of Map.groupBy(examples, ({ type }) => type)) {
    narrative.detail(`${type}: ${ofType.map(({ name }) => name).join('; ')}`)
  }
  const local = await readExamples('production')
  const production = await createExamples(ask, owner.production, environments.production, local)
  narrative.tell(`Olivia gives production its own ${local.map(({ type }) => type).join(', ')}.`)
  narrative.detail('Such types are never promoted; the production worker carries each command out.')
  const edited = await editAsset(ask, editor.staging, idIn(staging, followed), {
    pointer: '/schema/comment',
    value: 'The main campus still sends its former name, and will until it moves to the new EHR',
  })
  narrative.tell(`Elena edits "${edited.name}" → version ${edited.version}`)
  narrative.check('the edit is version 2 of the same asset, by another author', edited.version === 2)

  const { organization } = opening
  const setting = { ask, organization, narrative, cast, environments, staging, production }
  await checkBorders(setting)
  return setting
}

/** What separates the environments, tried from outside. */
async function checkBorders({
  ask,
  narrative,
  cast,
  environments,
  staging,
  production,
}: Setting): Promise<void> {
  const { owner, requester } = cast
  const direct = await ask(owner.production, 'POST', `/v1/environments/${environments.production}/assets`, {
    body: {
      type: 'valueSet',
      name: 'Straight into production',
      content: { values: [{ id: 'a', value: 'A' }] },
    },
  })
  narrative.check(
    `a type that can be promoted is not created in production directly (${said(direct)})`,
    said(direct) === '403 promotion-only',
  )
  const source = idIn(staging, 'source-ehr')
  const local = await ask(requester.staging, 'POST', '/v1/promotions', {
    body: {
      promotingAssets: [{ id: source, type: 'source' }],
      fromEnvironment: { id: environments.staging },
      toEnvironment: { id: environments.production },
      reason: 'A source is no matter for a promotion.',
    },
  })
  narrative.check(`a local type is not promoted (${said(local)})`, said(local) === '422 not-promotable')
  const backwards = await ask(requester.production, 'POST', '/v1/promotions', {
    body: {
      promotingAssets: [{ id: idIn(production, 'source-ehr'), type: 'configModifier' }],
      fromEnvironment: { id: environments.production },
      toEnvironment: { id: environments.staging },
      reason: 'The other way round.',
    },
  })
  narrative.check(
    `nothing leads from production to staging (${said(backwards)})`,
    said(backwards) === '422 wrong-direction',
  )
  const across = await ask(requester.production, 'GET', `/v1/assets/${idIn(staging, followed)}`)
  narrative.check(
    `a key of production sees nothing of staging (${said(across)})`,
    said(across) === '404 not-found',
  )
}
