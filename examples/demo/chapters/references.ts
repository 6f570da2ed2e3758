import { assetUseShape } from '../../../src/contract/assets/references.ts'
import { pageShape } from '../../../src/contract/pagination.ts'
import { idIn } from '../acts/assets.ts'
import { expected, said } from '../client.ts'
import type { Setting } from '../setting.ts'

/** Which asset uses which, and what that forbids. */
export async function tellReferences({ ask, narrative, cast, staging }: Setting): Promise<void> {
  narrative.chapter('What uses what')
  const key = cast.requester.staging
  const path = `/v1/assets/${idIn(staging, 'source-ehr')}`
  const users = expected(await ask(key, 'GET', `${path}/used-by`), 200, pageShape(assetUseShape))
  narrative.tell(`The source is used at ${users.data.length} places:`)
  for (const { type, name, pointer } of users.data) narrative.detail(`${type} "${name}" at ${pointer}`)
  const deleted = await ask(key, 'DELETE', path)
  narrative.check(
    `what others use is not deleted (${said(deleted)})`,
    users.data.length > 0 && said(deleted) === '409 asset-in-use',
  )
}
