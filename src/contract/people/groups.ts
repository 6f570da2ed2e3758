import { z } from 'zod'
import type { PersonId } from '../../domain/identifiers.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { idShape } from '../shapes.ts'

/** The name of a group of approvers, also in policies and paths. */
export const groupNameShape = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/,
    'must be lower-case letters, digits and inner hyphens, at most 64',
  )

/** The members a group is to have, in place of those it had. */
export const groupMembersShape = z
  .strictObject({ members: z.array(idShape<PersonId>()).max(1000).readonly() })
  .meta({ id: 'GroupMembers' })

export const groupShape = z
  .object({ name: z.string(), members: z.array(idShape<PersonId>()).readonly() })
  .meta({ id: 'Group' })

export const groupCursor = opaqueCursor(groupNameShape)

export const groupQueryShape = z.strictObject({ ...pageQuery, cursor: groupCursor.shape.optional() })
