import type { Binding } from './binding.ts'
import { compareFindings, type Finding } from './finding.ts'
import type { UsedBinding } from './render.ts'

/**
 * A warning, rule `binding-unused`, for every binding of a promotion that no item of the bundle used: a misspelt place
 * or id would otherwise pass for a binding that took effect.
 */
export function unusedBindings(
  bindings: readonly Binding[],
  used: readonly UsedBinding[],
): readonly Finding[] {
  const usedPlaces = new Set(used.flatMap(({ binding }) => (binding === null ? [] : [placeOf(binding).key])))
  const unused = new Map(
    bindings
      .map(placeOf)
      .filter(({ key }) => !usedPlaces.has(key))
      .map((place) => [place.key, place]),
  )
  return [...unused.values()]
    .map(
      ({ asset, pointer }): Finding => ({
        rule: 'binding-unused',
        severity: 'warning',
        asset,
        pointer,
        message: 'No item of this promotion uses this binding. Correct its id or its place, or leave it out.',
      }),
    )
    .sort(compareFindings)
}

function placeOf(binding: Binding) {
  switch (binding.kind) {
    case 'reference':
      return { key: `reference ${binding.from}`, asset: binding.from, pointer: '' }
    case 'value':
      return {
        key: `value ${binding.asset} ${binding.pointer}`,
        asset: binding.asset,
        pointer: binding.pointer,
      }
    default:
      return binding satisfies never
  }
}
