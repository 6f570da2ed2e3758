import { type PreflightRule, whole } from '../rule.ts'

export const referenceCycle: PreflightRule = {
  id: 'reference-cycle',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'These assets refer to each other in a circle. Break it in staging, then ask again.',
  find: ({ circle }) => circle.map(whole),
}
