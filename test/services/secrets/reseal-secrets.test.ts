import { describe, expect, test } from 'vitest'
import { type AssetId, identifier } from '../../../src/domain/identifiers.ts'
import type { EnvironmentKind } from '../../../src/services/context.ts'
import { publishKeys } from '../../../src/services/secrets/keys/publish-keys.ts'
import { sealingKeys } from '../../../src/services/secrets/keys/sealing-key.ts'
import { openSecret } from '../../../src/services/secrets/open-secret.ts'
import { type ResealContext, resealSecrets } from '../../../src/services/secrets/reseal-secrets.ts'
import type { SecretPlace } from '../../../src/services/secrets/seal-secret.ts'
import { openApi, type TestOrganization } from '../../support/api.ts'
import { sealingMasters } from '../../support/sealing.ts'
import { openStores } from '../../support/stores.ts'
import { inProcessOrchestrator } from '../assets/carry-out.ts'
import type { Asset } from '../assets/samples.ts'
import { verifiedLog } from '../assets/store-log.ts'

const stores = await openStores()
const api = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })

type Kind = EnvironmentKind
type Organization = TestOrganization<'engineer'>

function newOrganization(): Promise<Organization> {
  const engineer = { development: 'engineer', staging: 'engineer', production: 'engineer' } as const
  return api.newOrganization({ people: { engineer } })
}

/** A worker of a kind with these master keys, the newest first, and the places it could not open. */
function workerOf(kind: Kind, masters: readonly Uint8Array[]) {
  const unopenable: SecretPlace[] = []
  const keys = sealingKeys(masters)
  const context: ResealContext = {
    control: stores.pool('control', `worker_${kind}`),
    store: stores.pool(kind, `worker_${kind}`),
    keys,
    onUnopenable: (place) => unopenable.push(place),
  }
  const [newest] = keys
  if (newest === undefined) throw new Error('no key')
  return { ...context, unopenable, newest, publish: () => publishKeys(context.control, newest) }
}

async function supply(organization: Organization, kind: Kind, value: string): Promise<AssetId> {
  const body = { type: 'authCredential', name: 'N', content: { authStrategy: 'OAuth', clientSecret: value } }
  const path = `/v1/environments/${organization.environments[kind]}/assets`
  const asset = await api.expectStatus<Asset>(201, path, {
    key: organization.people.engineer.keys[kind],
    body,
  })
  return identifier(asset.id)
}

async function sealedRow(kind: Kind, asset: AssetId) {
  const { rows } = await stores
    .superuser(kind)
    .query('SELECT pointer, kid, sealed FROM sealed_secret WHERE asset = $1', [asset])
  return rows[0]
}

const oldKey = new Uint8Array(32).fill(40)
const newKey = new Uint8Array(32).fill(41)

describe.each(['staging', 'production'] as const)('with a new master key, in %s', (kind) => {
  test('every value is sealed again, and opens when the old key is gone', async () => {
    const organization = await newOrganization()
    const at = { organization: organization.id, environment: organization.environments[kind] }
    const before = workerOf(kind, [oldKey])
    while ((await before.publish()) > 0) {}
    const assets: AssetId[] = []
    for (let n = 0; n < 3; n += 1) assets.push(await supply(organization, kind, `${kind} ${n}`))
    expect(await resealSecrets(before)).toBe(0)

    const after = workerOf(kind, [newKey, oldKey])
    // Nothing is sealed to a key that nobody knows yet.
    expect(await resealSecrets(after)).toBe(0)
    await after.publish()
    const both = await Promise.all([resealSecrets(after), resealSecrets(workerOf(kind, [newKey, oldKey]))])
    expect(both.reduce((one, other) => one + other)).toBe(3)
    expect(await resealSecrets(after)).toBe(0)

    const withoutOld = sealingKeys([newKey])
    for (const [n, asset] of assets.entries()) {
      const row = await sealedRow(kind, asset)
      expect(await openSecret(withoutOld, { ...at, asset }, row)).toBe(`${kind} ${n}`)
    }
    const log = await verifiedLog(stores, kind, organization.id)
    const told = log.filter(({ type }) => type === 'secret.resealed')
    expect(told.length).toBeGreaterThan(0)
    const counts = told.map(({ data }) => (data.details as { values: number }).values)
    expect(counts.reduce((one, other) => one + other)).toBe(3)
    expect(told[0]).toMatchObject({ data: { details: { kid: after.newest.kid } } })
    // What is supplied now is sealed to the new key at once.
    expect(await sealedRow(kind, await supply(organization, kind, `${kind} new`))).toMatchObject({
      kid: after.newest.kid,
    })
  })

  test('a worker that still has the old list seals nothing back', async () => {
    const organization = await newOrganization()
    const [first, second] = [new Uint8Array(32).fill(50), new Uint8Array(32).fill(51)]
    await workerOf(kind, [first]).publish()
    const asset = await supply(organization, kind, `${kind} once`)
    const newer = workerOf(kind, [second, first])
    await newer.publish()
    await resealSecrets(newer)
    const behind = workerOf(kind, [first, second])
    expect(await behind.publish()).toBe(0)
    expect(await resealSecrets(behind)).toBe(0)
    expect(await sealedRow(kind, asset)).toMatchObject({ kid: newer.newest.kid })
  })

  test('a value that does not open in its place is told and left, and the others go on', async () => {
    const organization = await newOrganization()
    const [first, second] = [new Uint8Array(32).fill(60), new Uint8Array(32).fill(61)]
    await workerOf(kind, [first]).publish()
    const [moved, sound] = [
      await supply(organization, kind, `${kind} moved`),
      await supply(organization, kind, `${kind} sound`),
    ]
    const { sealed } = await sealedRow(kind, sound)
    await stores
      .superuser(kind)
      .query('UPDATE sealed_secret SET sealed = $2 WHERE asset = $1', [moved, sealed])
    const worker = workerOf(kind, [second, first])
    await worker.publish()
    expect(await resealSecrets(worker)).toBe(1)
    expect(worker.unopenable).toMatchObject([{ asset: moved }])
    expect(await sealedRow(kind, sound)).toMatchObject({ kid: worker.newest.kid })
  })
})

test('keys are published for environments of the worker’s own kind alone', async () => {
  const organization = await newOrganization()
  const { environments } = organization
  const worker = workerOf('staging', sealingMasters.staging)
  while ((await worker.publish()) > 0) {}
  const { rows } = await stores
    .superuser('control')
    .query('SELECT environment, kid FROM sealing_key WHERE organization = $1', [organization.id])
  expect(rows).toEqual([{ environment: environments.staging, kid: worker.newest.kid }])
})
