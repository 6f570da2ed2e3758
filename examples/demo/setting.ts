import type { EnvironmentId, OrganizationId } from '../../src/domain/identifiers.ts'
import type { Ids } from './acts/assets.ts'
import type { Cast } from './cast.ts'
import type { Client } from './client.ts'
import type { Narrative } from './narrative.ts'

/** Where the story plays once the examples are loaded. */
export interface Setting {
  readonly ask: Client
  readonly narrative: Narrative
  readonly cast: Cast
  readonly organization: OrganizationId
  readonly environments: Readonly<Record<'development' | 'staging' | 'production', EnvironmentId>>
  readonly staging: Ids
  readonly production: Ids
}
