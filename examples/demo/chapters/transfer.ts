import { assetsFileShape, importedShape } from '../../../src/contract/assets/assets-file.ts'
import { expected, said } from '../client.ts'
import type { Setting } from '../setting.ts'

/** Staging as one file, for git; into development with it, and never into production. */
export async function carryToDevelopment({ ask, narrative, cast, environments }: Setting): Promise<void> {
  narrative.chapter('Staging as a file, and development from it')
  const { owner, requester } = cast
  const exported = `/v1/environments/${environments.staging}/assets:export`
  const answer = await ask(requester.staging, 'GET', exported)
  const file = expected(answer, 200, assetsFileShape)
  const again = await ask(requester.staging, 'GET', exported)
  narrative.check(
    `${file.assets.length} assets as one canonical file, the same bytes each time (${answer.etag.slice(0, 17)}…)`,
    again.etag === answer.etag,
  )
  const path = (environment: string, query = '') => `/v1/environments/${environment}/assets:import${query}`
  const { development, production } = environments
  const into = (query: string) => ask(owner.development, 'POST', path(development, query), { body: file })
  const dry = expected(await into('?dryRun=true'), 200, importedShape)
  const none = await ask(owner.development, 'GET', `/v1/environments/${development}/assets`)
  narrative.check(
    'a dry run tells what would be made, and makes nothing',
    dry.data.every(({ action }) => action === 'created') && JSON.stringify(none.body).includes('"data":[]'),
  )
  const done = expected(await into(''), 200, importedShape)
  const repeated = expected(await into(''), 200, importedShape)
  narrative.check(
    'then all of it is made, and a second time nothing changes',
    done.data.every(({ action }) => action === 'created') &&
      repeated.data.every(({ action }) => action === 'unchanged'),
  )
  const refused = said(await ask(owner.production, 'POST', path(production), { body: file }))
  narrative.check(`nothing is imported into production (${refused})`, refused === '403 promotion-only')
}
