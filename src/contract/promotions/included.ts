import { z } from 'zod'
import { planShape } from './plan.ts'
import { promotionShape } from './promotions.ts'

/** What a promotion is read with when it is asked for. Its decisions are always there. */
export const includable = ['plan', 'diff', 'findings', 'decisions'] as const

export type Includable = (typeof includable)[number]

export const promotionQueryShape = z.strictObject({
  include: z
    .string()
    .optional()
    .meta({
      description:
        `Any of ${includable.map((name) => `\`${name}\``).join(', ')}, with commas between them. ` +
        'They are shown as `/plan` shows them to the caller; `decisions` is shown in any case.',
    }),
})

const itemDifference = planShape.shape.items.unwrap().element.pick({
  position: true,
  source: true,
  target: true,
  action: true,
  diff: true,
})

/** A promotion with what was asked for besides; null before its plan is made. */
export const promotionWithShape = promotionShape.extend({
  plan: planShape.nullable().optional(),
  diff: z.array(itemDifference).readonly().nullable().optional().meta({
    description: 'Of each item, against production’s baseline.',
  }),
  findings: planShape.shape.findings.nullable().optional(),
})
