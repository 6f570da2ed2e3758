import { expect, test } from 'vitest'
import { destination, type Problem, source, valueSet } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'
import { fileOf } from './transfer-file.ts'

const stores = await openStores()
const api = openApi(stores)
const made = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
const assets = `/v1/environments/${made.environments.staging}/assets`
const key = made.people.engineer.keys.staging

interface Made {
  readonly id: string
  readonly digest: string
}

const create = (body: unknown) => api.expectStatus<Made>(201, assets, { key, body })

async function erase({ digest }: Made): Promise<void> {
  await stores
    .superuser('staging')
    .query('UPDATE content SET bytes = NULL WHERE organization = $1 AND digest = $2', [
      made.id,
      Buffer.from(digest, 'hex'),
    ])
}

async function modifier() {
  const [from, to] = [await create(source), await create(destination)]
  return {
    type: 'configModifier',
    name: 'Leaves notes out',
    content: {
      flavor: 'delete',
      selector: '$.Patient.Notes',
      links: [
        {
          location: 'source-request',
          sourceId: from.id,
          destinationId: to.id,
          dataModel: 'PatientAdmin',
          eventTypes: null,
          ownedBy: 'source',
        },
      ],
    },
  }
}

test('erased content that refers to others comes back by no way', async () => {
  const body = await modifier()
  await erase(await create(body))
  const before = await verifiedLog(stores, 'staging', made.id)

  const again = await api.expectStatus<Problem>(403, assets, { key, body })
  const inFile = [
    { ...body, name: 'By another name', id: crypto.randomUUID() },
    { ...valueSet('beside'), id: crypto.randomUUID() },
  ]
  for (const query of ['', '?dryRun=true']) {
    for (const file of [fileOf(inFile), fileOf(inFile.toReversed())]) {
      const problem = await api.expectStatus<Problem>(403, `${assets}:import${query}`, { key, body: file })
      const place = file.assets.findIndex(({ type }) => type === 'configModifier')
      expect(problem).toMatchObject({
        code: 'forbidden',
        errors: [{ pointer: `/assets/${place}`, message: again.detail }],
      })
    }
  }

  expect(again).toMatchObject({ code: 'forbidden' })
  expect(await verifiedLog(stores, 'staging', made.id)).toHaveLength(before.length)
})
