import { isWithin, partnerPlaces } from '../../../domain/asset/partner-owned.ts'
import { isReferenceBinding } from '../../../domain/plan/binding.ts'
import type { Dependency } from '../../../domain/plan/plan.ts'
import type { ChosenTargets } from './choose-targets.ts'
import type { PlannedRequest } from './planned-request.ts'
import type { RenderedItem } from './render-assets.ts'

/** Every reference of a bundle and what stands for it in the destination. Those of partners are theirs. */
export function dependenciesOf(
  { assets }: PlannedRequest,
  rendered: readonly RenderedItem[],
  { targets }: ChosenTargets,
): readonly Dependency[] {
  const references = new Map(assets.map((frozen) => [frozen.asset, frozen.references]))
  return rendered.flatMap(({ item: { asset, type, staged, used } }) => {
    const partners = partnerPlaces(type, staged)
    return (references.get(asset) ?? [])
      .filter(({ pointer }) => !isWithin(pointer, partners))
      .map(({ pointer, asset: on, rule }): Dependency => {
        const place = { asset, pointer, on, required: rule.required }
        const binding = used.find((one) => one.pointer === pointer)
        if (binding !== undefined) {
          const bound = binding.binding !== null && isReferenceBinding(binding.binding)
          const target = typeof binding.value === 'string' ? (binding.value as Dependency['target']) : null
          return { ...place, resolution: bound ? 'bound' : 'remembered', target }
        }
        const target = targets.get(on) ?? null
        if (target === null) return { ...place, resolution: 'missing', target }
        return { ...place, resolution: references.has(on) ? 'bundle' : 'associated', target }
      })
  })
}
