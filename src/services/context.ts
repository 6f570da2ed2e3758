import type { StorePool } from '../db/pool.ts'
import type { StoreKind } from '../db/rights/right.ts'
import type { StoreName } from '../db/stores.ts'
import type { ActorId, ApiKeyId, EnvironmentId, OrganizationId, PersonId } from '../domain/identifiers.ts'
import type { Authentication } from '../domain/sign-in/authentication.ts'
import type { FittingMemory } from './assets/fitting-memory.ts'
import type { Clock, IdentityProvider, Orchestrator, RefusalOfAddress } from './ports.ts'
import type { ScreeningMemory } from './screening/screening-memory.ts'

/** What a key opens: one environment, or the organization's people, policies and audit. */
export type Door =
  | { readonly kind: 'organization' }
  | {
      readonly kind: 'environment'
      readonly environment: EnvironmentId
      readonly environmentKind: EnvironmentKind
      /** Where its assets are. */
      readonly store: StoreName
    }

export type EnvironmentKind = Exclude<StoreKind, 'control'>

/** Who calls, as the key proves it. `person` is always a human; a service account acts for its owner. */
export interface Caller {
  readonly organization: OrganizationId
  readonly actor: ActorId
  readonly actorKind: 'human' | 'service'
  readonly person: PersonId
  readonly key: ApiKeyId
  /** Whether the key itself was presented, or a token of the identity provider that it stands for. */
  readonly via: 'key' | 'token'
  readonly authentication: Authentication
  readonly door: Door
  /** Acts the key is limited to; null for everything its actor may do there. */
  readonly scopes: readonly string[] | null
}

/** The pools of the API's process: of the login `api` to each store, and of `auditor` for what the audit routes read. */
export interface ApiStores {
  readonly control: StorePool
  readonly auditor: StorePool
  /** Where environments stand. An environment's row says which one is its own. */
  readonly environments: ReadonlyMap<StoreName, StorePool>
}

/** What every verb of the API gets besides its input. */
export interface ServiceContext {
  readonly caller: Caller
  readonly stores: ApiStores
  readonly orchestrator: Orchestrator
  readonly clock: Clock
  /** What was found in stored content, as far as this process remembers. */
  readonly screenings: ScreeningMemory
  /** Which contents fit their types, as far as this process remembers. */
  readonly fitting: FittingMemory
  readonly refusalOfAddress: RefusalOfAddress
  /** Undefined where this installation is connected to none. */
  readonly identityProvider: IdentityProvider | undefined
  /** Key of the HMAC by which a repeated request is recognised. */
  readonly fingerprintKey: Uint8Array
  readonly requestId: string
  readonly clientAddress: string | null
}
