import { v7 as uuidv7 } from 'uuid'
import type { LoginRole } from '../../../src/db/rights/right.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import type { TestStores } from '../../support/stores.ts'
import { appendTo, entriesOf, originOf, within } from './fixture.ts'

const followedStores = ['development', 'staging', 'production'] as const

export type FollowedStore = (typeof followedStores)[number]

/** An organization that control knows, with one environment of each kind, and an asset that its logs speak of. */
export interface Followed {
  readonly stores: TestStores
  readonly organization: string
  readonly environments: Readonly<Record<FollowedStore, string>>
  readonly asset: string
}

/** An entry; one that names no asset or environment is about the asset, in the environment of its log. */
export interface Told {
  readonly type: string
  readonly data: JsonObject
}

export const digestOf = (character: string) => character.repeat(64)

export const about = (type: string, data: JsonObject = {}): Told => ({ type, data })

export const written = (version: number, type = 'asset.version-written', data: JsonObject = {}): Told =>
  about(type, { version, digest: digestOf(String(version)), ...data })

export async function newFollowed(stores: TestStores): Promise<Followed> {
  const organization = uuidv7()
  const environments = { development: uuidv7(), staging: uuidv7(), production: uuidv7() }
  await within(stores, { login: 'api', organization }, async (runner) => {
    const named = 'INSERT INTO organization (organization, name) VALUES ($1, $2)'
    await runner.query(named, [organization, 'A hospital'])
    for (const kind of followedStores) {
      const text = 'INSERT INTO environment (organization, id, kind, name) VALUES ($1, $2, $3, $3)'
      await runner.query(text, [organization, environments[kind], kind])
    }
  })
  return { stores, organization, environments, asset: uuidv7() }
}

function dataOf({ environments, asset }: Followed, store: FollowedStore, { data }: Told): JsonObject {
  return { asset, environment: environments[store], assetType: 'destination', ...data }
}

/** Appends to an environment's own log as the login that does so there, and gives the leaves. */
export async function tell(
  followed: Followed,
  store: FollowedStore,
  told: readonly Told[],
): Promise<readonly Buffer[]> {
  const { stores, organization, asset } = followed
  const login = store === 'production' ? 'worker_production' : 'api'
  const already = (await entriesOf(stores.superuser(store), organization)).length
  const drafts = told.map((one) => ({
    type: one.type,
    subject: `asset/${asset}`,
    data: dataOf(followed, store, one),
  }))
  await within(stores, { store, login, organization }, (runner) => appendTo(runner, drafts))
  return (await entriesOf(stores.superuser(store), organization)).slice(already).map(({ leaf }) => leaf)
}

/** A leaf that no append has made: whoever follows a log may hand over what they like. */
export function forged(followed: Followed, store: FollowedStore, told: Told): Buffer {
  const envelope = {
    data: dataOf(followed, store, told),
    id: uuidv7(),
    source: originOf(store, followed.organization),
    specversion: '1.0',
    subject: `asset/${followed.asset}`,
    time: '2026-01-01T00:00:00.000000Z',
    type: told.type,
  }
  return Buffer.from(canonicalBytes(envelope))
}

/** Hands leaves of one store's log to control; gives how far control follows that log now. */
export function follow(
  { stores, organization }: Followed,
  store: FollowedStore,
  from: number,
  leaves: readonly Uint8Array[],
  login: LoginRole = `worker_${store}`,
): Promise<number> {
  return within(stores, { login, organization }, async (runner) => {
    const { rows } = await runner.query('SELECT follow($1, $2, $3::bytea[])::integer AS size', [
      originOf(store, organization),
      from,
      leaves,
    ])
    return rows[0].size
  })
}

/** What control knows of an asset. */
export async function headOfAsset({ stores, organization, asset }: Followed, of = asset) {
  const { rows } = await stores.superuser('control').query(
    `SELECT environment, type, version, encode(digest, 'hex') AS digest, active_version AS active, deleted
     FROM asset_head WHERE organization = $1 AND asset = $2`,
    [organization, of],
  )
  return rows[0]
}

/** Every entry that control has in its index. */
export async function indexedOf({ stores, organization }: Followed) {
  const { rows } = await stores
    .superuser('control')
    .query(
      `SELECT origin, index::integer, type FROM event_index WHERE organization = $1 ORDER BY origin, index`,
      [organization],
    )
  return rows
}
