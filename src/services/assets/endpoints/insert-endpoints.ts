import { assetEndpoint } from '../../../db/environment/asset-endpoint.ts'
import { insertInParts } from '../../../db/insert-rows.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { digestsOfAddresses } from './digests-of-addresses.ts'

/** A version with its content. */
export interface ReachingVersion {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly version: number
  readonly accepted: { readonly content: JsonValue; readonly bytes: Uint8Array }
}

/** Stores which endpoints versions reach, in the transaction that writes them. */
export async function insertEndpoints(
  transaction: Transaction,
  versions: readonly ReachingVersion[],
): Promise<void> {
  const { organization } = transaction
  const rows = versions.flatMap(({ asset, environment, version, accepted: { content, bytes } }) =>
    // Most content holds no address, which its bytes tell sooner than a walk through it.
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('://')
      ? digestsOfAddresses(content).map((address) => ({ organization, environment, asset, version, address }))
      : [],
  )
  await insertInParts(transaction, assetEndpoint, rows)
}
