import { suppliedSecretShape } from '../../../src/contract/assets/secrets.ts'
import { idIn, readAsset, readVersion } from '../acts/assets.ts'
import { type Answer, expected, said, settled } from '../client.ts'
import type { Setting } from '../setting.ts'

const credential = 'auth-credential-intake'

/** Each environment is given secrets of its own, which nothing ever shows again. */
export async function supplySecrets({ ask, narrative, cast, staging, production }: Setting): Promise<void> {
  narrative.chapter('Secrets: each environment has its own')
  const { owner, requester } = cast
  const supply = (key: string, asset: string, value: string): Promise<Answer> =>
    ask(key, 'PUT', `/v1/assets/${asset}/secrets/clientSecret`, { body: { value } })
  const inProduction = idIn(production, credential)
  const missing = (await readAsset(ask, owner.production, inProduction)).missingSecrets
  narrative.check(
    `production's credential lacks its secret (${missing.join()})`,
    missing.join() === '/clientSecret',
  )
  const ofStaging = crypto.randomUUID()
  const answer = await supply(requester.staging, idIn(staging, credential), ofStaging)
  expected(answer, 200, suppliedSecretShape)
  const reused = await supply(owner.production, inProduction, ofStaging)
  narrative.check(
    `a secret that staging has held is refused in production (${said(reused)})`,
    said(reused) === '422 credential-reused',
  )
  const own = crypto.randomUUID()
  const supplied = await supply(owner.production, inProduction, own)
  await settled(ask, owner.production, supplied)
  const { version, missingSecrets } = await readAsset(ask, owner.production, inProduction)
  narrative.check("one of production's own is sealed for its worker", missingSecrets.length === 0)
  const { content } = await readVersion(ask, owner.production, inProduction, version)
  const shown = JSON.stringify([supplied.body, content])
  narrative.check(
    'all that is ever shown of it is hasClientSecret',
    content.hasClientSecret === true && !('clientSecret' in content) && !shown.includes(own),
  )
}
