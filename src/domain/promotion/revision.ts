import type { OrganizationId, PromotionId } from '../identifiers.ts'

/** Which plan of which promotion is meant; all that is believed of an activity's input. */
export interface RevisionReference {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly revision: number
}
