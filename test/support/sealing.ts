import type { EnvironmentKind } from '../../src/services/context.ts'
import { publishKeys } from '../../src/services/secrets/keys/publish-keys.ts'
import { type SealingKey, sealingKeys } from '../../src/services/secrets/keys/sealing-key.ts'
import type { TestStores } from './stores.ts'

const kinds: readonly EnvironmentKind[] = ['development', 'staging', 'production']

/** The master keys of the workers of every test. */
export const sealingMasters: Readonly<Record<EnvironmentKind, readonly Uint8Array[]>> = Object.freeze({
  development: [new Uint8Array(32).fill(1)],
  staging: [new Uint8Array(32).fill(2)],
  production: [new Uint8Array(32).fill(3)],
})

/** The newest key of the workers of a kind. */
export function newestKey(kind: EnvironmentKind): SealingKey {
  const [key] = sealingKeys(sealingMasters[kind])
  if (key === undefined) throw new Error('no key')
  return key
}

/** Publishes the keys of every environment there is, as the workers do, for tests that run none. */
export async function publishAllKeys(stores: TestStores): Promise<void> {
  for (const kind of kinds) await publishKeys(stores.pool('control', `worker_${kind}`), newestKey(kind))
}
