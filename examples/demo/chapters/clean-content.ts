import { assetShape } from '../../../src/contract/assets/assets.ts'
import { replaceAt } from '../../../src/domain/asset/json/pointer.ts'
import { idIn, readVersion } from '../acts/assets.ts'
import { followed } from '../acts/bundle.ts'
import { expected, said } from '../client.ts'
import type { Setting } from '../setting.ts'

// In pieces, so that whoever scans these files finds nothing that looks real.
const connection = ['postgres://adt_reader:', 'Tr0ub4dor-9x', '@db.northlake.example/adt'].join('')
const patient = ['SSN 219', '09', '4821'].join('-')

/** Secrets and data of patients are refused when content is written, not only when it is promoted. */
export async function keepContentClean({ ask, narrative, cast, staging }: Setting): Promise<void> {
  narrative.chapter('What does not enter')
  const { requester } = cast
  const path = `/v1/assets/${idIn(staging, followed)}`
  const seen = await ask(requester.staging, 'GET', path)
  const { version } = expected(seen, 200, assetShape)
  const { content } = await readVersion(ask, requester.staging, idIn(staging, followed), version)
  const write = (value: string) =>
    ask(requester.staging, 'PUT', path, {
      body: { content: replaceAt(content, '/schema/comment', value) },
      ifMatch: seen.etag,
    })
  const secret = await write(`Looked up in ${connection}`)
  narrative.check(
    `a comment with a connection string is no comment (${said(secret)})`,
    said(secret) === '422 literal-secret',
  )
  const person = await write(`Came up with ${patient}`)
  narrative.check(`nor is one with a patient's number (${said(person)})`, said(person) === '422 patient-data')
  const answers = JSON.stringify([secret.body, person.body])
  narrative.check(
    'the answers name rule and place, and repeat neither value',
    answers.includes('/content/schema/comment') &&
      !answers.includes('Tr0ub4dor') &&
      !answers.includes('4821'),
  )
  const after = expected(await ask(requester.staging, 'GET', path), 200, assetShape)
  narrative.check('nothing was written', after.version === version)
}
