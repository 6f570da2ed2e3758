import { matchPointer } from '../asset/json/pointer.ts'
import type { AssetId } from '../identifiers.ts'
import { endpointsIn } from './endpoints.ts'
import type { PreflightItem } from './preflight.ts'

/** What a manifest has to declare of a bundle. */
export type DeclaredKind = 'endpoint' | 'event-type' | 'permission' | 'automation'

/** One thing that an asset holds and a manifest declares. */
export interface Declared {
  readonly kind: DeclaredKind
  readonly asset: AssetId
  readonly pointer: string
  /** The URL, the event type, or the permission's name; the asset's own name for an automation. */
  readonly value: string
}

/** What assets really reach, listen to and may do, as their rendered content tells it. */
export function declaredIn(
  item: Pick<PreflightItem, 'asset' | 'name' | 'type' | 'rendered' | 'glance'>,
): readonly Declared[] {
  const { asset, name, type, rendered } = item
  const endpoints = endpointsIn(item).map(
    ({ pointer, url }): Declared => ({ kind: 'endpoint', asset, pointer, value: url.href }),
  )
  const declared = (type.declares ?? []).flatMap(({ pointer: pattern, as }) =>
    matchPointer(rendered, pattern).map(
      ({ pointer, value }): Declared => ({
        kind: as,
        asset,
        pointer,
        value: typeof value === 'string' ? value : name,
      }),
    ),
  )
  return [...endpoints, ...declared]
}
