import { takenFindings } from '../../plan/taken.ts'
import type { PreflightRule } from '../rule.ts'

export const taken: PreflightRule = {
  id: 'taken',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'In the destination another asset holds this already, and only so many may.',
  find: ({ items, standing }) =>
    takenFindings(
      items.map(({ type, asset, target, rendered }) => ({
        type,
        asset,
        target: target.asset,
        content: rendered,
      })),
      standing,
    ),
}
