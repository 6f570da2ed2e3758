import { expect, test } from 'vitest'
import { type AssetId, identifier } from '../../src/domain/identifiers.ts'
import { sealingKeys } from '../../src/services/secrets/keys/sealing-key.ts'
import { openSecret } from '../../src/services/secrets/open-secret.ts'
import type { Asset } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { publishAllKeys, sealingMasters } from '../support/sealing.ts'
import { openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { holdLock } from './support/lock.ts'
import { expectWholeLogs } from './support/logs.ts'

const deployment = await openDeployment()
const { api, stores } = deployment
const staging = stores.superuser('staging')

const newMaster = new Uint8Array(32).fill(77)
const rotated = { ...sealingMasters, staging: [newMaster, ...sealingMasters.staging] }
const [newest] = sealingKeys([newMaster])

// A transaction seals a hundred values again.
const howMany = 130

const newLock = 'lock table log_entry in share mode'

/** Takes the lock as the next one, behind whoever waits for it already. */
async function queueForLock() {
  const next = holdLock(staging, newLock)
  await eventually('the test waits for the lock too', async () => {
    const { rowCount } = await staging.query(
      "select from pg_locks where relation = 'log_entry'::regclass and mode = 'ShareLock' and not granted",
    )
    return rowCount === 1
  })
  return { next }
}

async function sealedByNewest(): Promise<number> {
  const { rows } = await staging.query('select count(*)::int from sealed_secret where kid = $1', [
    newest?.kid,
  ])
  return rows[0].count
}

test('secrets whose keys are being changed by a worker that is killed are all there, and all changed in the end', async () => {
  const organization = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
  await publishAllKeys(stores)
  const environment = organization.environments.staging
  const supply = async (place: number): Promise<readonly [AssetId, string]> => {
    const clientSecret = `value ${place}`
    const made = await api.expectStatus<Asset>(201, `/v1/environments/${environment}/assets`, {
      key: organization.people.engineer.keys.staging,
      body: { type: 'authCredential', name: 'N', content: { authStrategy: 'OAuth', clientSecret } },
    })
    return [identifier(made.id), clientSecret]
  }
  const supplied = new Map(await Promise.all(Array.from({ length: howMany }, (_, place) => supply(place))))

  const ofFirstBatch = await holdLock(staging, newLock)
  const doomed = await deployment.startWorker(['staging'], {}, rotated)
  await ofFirstBatch.waitedForBy('worker_staging')
  const { next } = await queueForLock()
  await ofFirstBatch.release()
  const ofSecondBatch = await next
  await ofSecondBatch.waitedForBy('worker_staging')
  await doomed.kill()
  expect(await sealedByNewest()).toBe(100)
  await ofSecondBatch.release()

  await deployment.startWorker(['staging'], {}, rotated)
  await eventually('every value is sealed to the new key', async () => (await sealedByNewest()) === howMany)
  const { rows } = await staging.query<{ asset: AssetId; pointer: string; kid: string; sealed: string }>(
    'select asset, pointer, kid, sealed from sealed_secret where organization = $1',
    [organization.id],
  )
  const opened = rows.map(async ({ asset, ...value }) => {
    const place = { organization: organization.id, environment, asset }
    return [asset, await openSecret(sealingKeys([newMaster]), place, value)] as const
  })
  expect(new Map(await Promise.all(opened))).toEqual(supplied)

  const told = (await verifiedLog(stores, 'staging', organization.id)).flatMap(({ type, data }) =>
    type === 'secret.resealed' ? [(data.details as { values: number }).values] : [],
  )
  expect(told).toEqual([100, 30])
  await expectWholeLogs(deployment)
})
