import { z } from 'zod'
import { timesProblems } from '../../calendar/window-problems.ts'
import type { EnvironmentId, FreezeId, Instant, PersonId } from '../../domain/identifiers.ts'
import type { RecurringTimes } from '../../domain/policy/window.ts'
import { opaqueCursor } from '../opaque-cursor.ts'
import { pageQuery } from '../pagination.ts'
import { askedInstantShape, idShape, instantShape, nameShape, reasonShape } from '../shapes.ts'

/** Asks to freeze the organization. */
export const newOrganizationFreezeShape = z
  .strictObject({ reason: reasonShape })
  .meta({ id: 'NewOrganizationFreeze' })

const recurringMembers = ['recurrence', 'zone', 'duration'] as const

const askedMembers = z.strictObject({
  reason: reasonShape,
  name: nameShape.optional(),
  startsAt: askedInstantShape.optional().meta({ description: 'At once when left out.' }),
  endsAt: askedInstantShape.optional().meta({ description: 'When it is lifted where left out.' }),
  recurrence: z
    .string()
    .optional()
    .meta({
      description:
        'RFC 5545: a line `DTSTART:20260105T220000` with a local time, a line `RRULE:FREQ=WEEKLY;BYDAY=TH`, and lines of ' +
        '`EXDATE:` where wanted. At most daily, and at most four times of a day.',
    }),
  zone: z.string().optional().meta({ description: 'An IANA zone, in which the local times are read.' }),
  duration: z.string().optional().meta({
    description: 'ISO 8601, at most P31D. Days are days of the calendar, hours are elapsed time.',
  }),
})

/** When a freeze is that was asked for, once or again and again. */
export function askedTimes({
  startsAt,
  endsAt,
  recurrence,
  zone = '',
  duration = '',
}: z.output<typeof askedMembers>):
  | RecurringTimes
  | { readonly startsAt: Instant | null; readonly endsAt: Instant | null } {
  if (recurrence !== undefined) return { recurrence, zone, duration }
  return { startsAt: startsAt ?? null, endsAt: endsAt ?? null }
}

/** Asks for a freeze of an environment: once, or with `recurrence`, `zone` and `duration` again and again. */
export const newFreezeShape = askedMembers
  .superRefine((asked, context) => {
    const refuse = (member: string, message: string) =>
      context.addIssue({ code: 'custom', path: [member], message })
    const missing = recurringMembers.filter((member) => asked[member] === undefined)
    if (missing.length === recurringMembers.length) {
      const { startsAt, endsAt } = asked
      if (startsAt === undefined || endsAt === undefined) return
      for (const { pointer, message } of timesProblems({ startsAt, endsAt }))
        refuse(pointer.slice(1), message)
      return
    }
    for (const member of missing) refuse(member, 'is missing: what recurs has recurrence, zone and duration')
    for (const member of ['startsAt', 'endsAt'] as const) {
      if (asked[member] !== undefined) refuse(member, 'does not go with what recurs')
    }
    const times = askedTimes(asked)
    if (missing.length > 0 || !('recurrence' in times)) return
    for (const { pointer, message } of timesProblems(times)) refuse(pointer.slice(1), message)
  })
  .meta({ id: 'NewFreeze' })

/** A freeze of an environment, in force, to come, over or lifted. */
export const freezeShape = z
  .object({
    id: idShape<FreezeId>(),
    environment: idShape<EnvironmentId>(),
    name: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'Null once erased.' }),
    startsAt: instantShape.nullable().meta({ description: 'Null of what recurs.' }),
    endsAt: instantShape.nullable(),
    recurrence: z.string().nullable().meta({ description: 'Null of what is once.' }),
    zone: z.string().nullable(),
    duration: z.string().nullable(),
    createdBy: idShape<PersonId>(),
    createdAt: instantShape,
    liftedBy: idShape<PersonId>().nullable(),
    liftedAt: instantShape.nullable(),
  })
  .meta({ id: 'Freeze' })

export const freezeCursor = opaqueCursor(idShape<FreezeId>())

export const freezeQueryShape = z.strictObject({ ...pageQuery, cursor: freezeCursor.shape.optional() })
