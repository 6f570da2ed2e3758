import { z } from 'zod'
import type { CommentId, PersonId, PromotionId, ServiceAccountId } from '../../domain/identifiers.ts'
import { idShape, instantShape, reasonShape } from '../shapes.ts'

/** What somebody said about a promotion. */
export const commentShape = z
  .object({
    id: idShape<CommentId>(),
    promotion: idShape<PromotionId>(),
    person: idShape<PersonId>('Who said it; of a service account the human it acts for.'),
    account: idShape<ServiceAccountId>('The service account that wrote it.').nullable(),
    text: z.string().nullable().meta({ description: 'Null once erased.' }),
    createdAt: instantShape,
  })
  .meta({ id: 'Comment' })

/** Says something about a promotion. */
export const newCommentShape = z.strictObject({ text: reasonShape }).meta({ id: 'NewComment' })
