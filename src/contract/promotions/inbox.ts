import { z } from 'zod'
import type { EnvironmentId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { idShape, instantShape } from '../shapes.ts'

const kindShape = z.enum(['decide', 'resubmit', 'activate', 'review'])

/** Something that waits for the caller. */
export const inboxItemShape = z
  .object({
    kind: kindShape.meta({
      description:
        '`decide`: sign or decline. `resubmit`: change what was sent back. `activate`: take live what landed. ' +
        '`review`: say whether it was right that somebody stood in.',
    }),
    promotion: idShape<PromotionId>(),
    fromEnvironment: z.object({ id: idShape<EnvironmentId>() }),
    toEnvironment: z.object({ id: idShape<EnvironmentId>() }),
    since: instantShape,
    deadline: instantShape.nullable(),
  })
  .meta({ id: 'InboxItem' })

export const inboxCursor = opaqueCursor(z.object({ promotion: idShape<PromotionId>(), kind: kindShape }))

export const inboxQueryShape = z.strictObject({ ...pageQuery, cursor: inboxCursor.shape.optional() })

/** Who can sign the step that waits. */
export const eligibleShape = z.object({
  step: z.number().int().meta({ description: 'The one that waits; 0 where none does.' }),
  eligible: z
    .array(
      z.object({
        person: idShape<PersonId>(),
        name: z.string(),
        standsInFor: z.array(idShape<PersonId>()).readonly(),
      }),
    )
    .readonly(),
})
