import { z } from 'zod'
import type { ActorId, PersonId } from '../../domain/identifiers.ts'
import { idShape, instantShape, nameShape } from '../shapes.ts'

/** A human, or a service account that acts for one. */
export const personShape = z
  .object({
    id: idShape<ActorId>(),
    kind: z.enum(['human', 'service']),
    name: z.string(),
    email: z.string().nullable(),
    owner: idShape<PersonId>('The human a service account acts for.').nullable(),
    active: z.boolean(),
    createdAt: instantShape,
  })
  .meta({ id: 'Person' })

/** Asks for a new person. */
export const newPersonShape = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('human'), name: nameShape, email: z.email().max(320).optional() }),
    z.strictObject({ kind: z.literal('service'), name: nameShape, owner: idShape<PersonId>() }),
  ])
  .meta({ id: 'NewPerson' })

/** The answer to it: the only time the sign-in token is shown. */
export const createdPersonShape = z
  .object({
    ...personShape.shape,
    signInToken: z.string().nullable().meta({
      description:
        "Makes a human's first keys, within a day, and nothing else. Shown once: null when repeated, and for a service account.",
    }),
  })
  .meta({ id: 'CreatedPerson' })

/** Asks for a change of a person. */
export const personChangeShape = z
  .strictObject({
    active: z.boolean().optional(),
    name: nameShape.optional(),
    owner: idShape<PersonId>('Of a service account: the human it acts for from now on.').optional(),
    identity: z
      .null()
      .optional()
      .meta({ description: "Null removes a human's link to their identity; only they themselves link one." }),
  })
  .meta({ id: 'PersonChange' })
