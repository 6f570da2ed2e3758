import { z } from 'zod'
import { windowProblems } from '../../calendar/window-problems.ts'
import { askedInstantShape, nameShape } from '../shapes.ts'

const times = [
  z.strictObject({
    name: nameShape.max(100),
    kind: z.enum(['allow', 'deny']),
    recurrence: z.string().max(2000).meta({
      description: 'RFC 5545: lines `DTSTART:` with a local time, `RRULE:`, and `EXDATE:` where wanted.',
    }),
    zone: z.string().max(64).meta({ description: 'An IANA zone, in which the local times are read.' }),
    duration: z.string().max(40).meta({ description: 'ISO 8601, at most P31D.' }),
  }),
  z.strictObject({
    name: nameShape.max(100),
    kind: z.enum(['allow', 'deny']),
    startsAt: askedInstantShape,
    endsAt: askedInstantShape,
  }),
] as const

/** When what was approved may land, or may not: once, or again and again by the clocks of a zone. */
export const windowShape = z.union(times).superRefine((window, context) => {
  for (const { pointer, message } of windowProblems(window)) {
    context.addIssue({ code: 'custom', path: pointer.split('/').slice(1), message })
  }
})

/** The windows of a rule. Without any that allows, it is open whenever none forbids. */
export const windowsShape = z
  .array(windowShape)
  .min(1)
  .max(20)
  .readonly()
  .refine((windows) => new Set(windows.map(({ name }) => name)).size === windows.length, {
    message: 'windows must have names of their own',
  })
