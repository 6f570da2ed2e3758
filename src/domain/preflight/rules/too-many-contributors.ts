import { type PreflightRule, whole } from '../rule.ts'

/** As many contributors as a plan can name. */
export const mostContributors = 100

export const tooManyContributors: PreflightRule = {
  id: 'too-many-contributors',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'More than 100 people contributed to this. Promote it in smaller parts.',
  find: ({ contributors, items }) =>
    contributors.length > mostContributors ? items.map(({ asset }) => whole(asset)) : [],
}
