import { z } from 'zod'
import type { DelegationId, PersonId } from '../../domain/identifiers.ts'
import { askedInstantShape, idShape, instantShape, reasonShape } from '../shapes.ts'

/** That one person stands in for another. */
export const delegationShape = z
  .object({
    id: idShape<DelegationId>(),
    delegator: idShape<PersonId>('Who gave it.'),
    to: idShape<PersonId>('Who stands in.'),
    startsAt: instantShape,
    endsAt: instantShape,
    reason: z.string().nullable().meta({ description: 'Null once erased.' }),
    createdAt: instantShape,
    revokedAt: instantShape.nullable().meta({ description: 'When it was ended before its time.' }),
  })
  .meta({ id: 'Delegation' })

/** Lets somebody stand in for the caller. */
export const newDelegationShape = z
  .strictObject({
    to: idShape<PersonId>('Another active human of the organization.'),
    startsAt: askedInstantShape,
    endsAt: askedInstantShape,
    reason: reasonShape,
  })
  .meta({ id: 'NewDelegation' })
