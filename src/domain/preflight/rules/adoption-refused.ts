import type { RefusedAdoption } from '../preflight.ts'
import { type PreflightRule, whole } from '../rule.ts'

const reasons: Readonly<Record<RefusedAdoption['because'], string>> = Object.freeze({
  missing: 'The asset to adopt is not in the destination. Name one that is there, or leave the adoption out.',
  'other-type': 'The asset to adopt is of another type. Name one of the same type.',
  associated: 'One of the two has a partner already, and adoption is for assets without. Leave it out.',
})

export const adoptionRefused: PreflightRule = {
  id: 'adoption-refused',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The production asset that is to be adopted is not free for this one.',
  find: ({ refusedAdoptions }) =>
    refusedAdoptions.map(({ asset, because }) => ({ ...whole(asset), message: reasons[because] })),
}
