import type { FreezeId, Instant } from '../identifiers.ts'
import type { Times } from './window.ts'

/** What stops landing besides a policy's windows: the switch of the organization, or a freeze of the destination. */
export type Freeze =
  | { readonly kind: 'organization-freeze'; readonly since: Instant }
  | (Times & { readonly kind: 'freeze'; readonly id: FreezeId; readonly name: string | null })

/** One reason why nothing lands at some instant. */
export type Closure =
  /** Of the kind `allow`: it is not open. Of the kind `deny`: it is. */
  | { readonly kind: 'window'; readonly name: string; readonly window: 'allow' | 'deny' }
  | {
      readonly kind: 'freeze'
      readonly id: FreezeId
      readonly name: string | null
      /** When what is in force now began: of a recurring freeze, its present time. */
      readonly since: Instant
    }
  | { readonly kind: 'organization-freeze'; readonly since: Instant }

/** Whether promotions may land at an instant, and when that changes: null for not within the time that is searched. */
export type Opening =
  | { readonly open: true; readonly until: Instant | null }
  | {
      readonly open: false
      readonly because: readonly Closure[]
      readonly opensAt: Instant | null
    }
