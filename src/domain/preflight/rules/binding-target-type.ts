import { referencesOf } from '../../asset/references/references.ts'
import { isReferenceBinding } from '../../plan/binding.ts'
import { inEachItem, type PlaceInItem, type PreflightRule } from '../rule.ts'

export const bindingTargetType: PreflightRule = {
  id: 'binding-target-type',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The binding names an asset of another type than may stand here.',
  find: (preflight) =>
    inEachItem(({ type, staged, used }) => {
      const references = referencesOf(type, staged)
      return used.flatMap(({ pointer, binding }): PlaceInItem[] => {
        if (binding === null || !isReferenceBinding(binding)) return []
        const bound = preflight.bound.get(binding.to)
        const rule = references.find((reference) => reference.pointer === pointer)?.rule
        if (bound === undefined || rule === undefined || rule.types.includes(bound)) return []
        return [
          {
            pointer,
            message: `The binding names an asset of another type; ${rule.types.join(' or ')} may stand here.`,
          },
        ]
      })
    })(preflight),
}
