/** How grave a promotion is, derived by rules in data; the least first. */
export const risks = Object.freeze(['low', 'moderate', 'high'] as const)

export type Risk = (typeof risks)[number]
