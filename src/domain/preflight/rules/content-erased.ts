import { type PreflightRule, whole } from '../rule.ts'

export const contentErased: PreflightRule = {
  id: 'content-erased',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The content of this version was erased. Withdraw, and promote another version.',
  find: ({ items }) => items.filter(({ erased }) => erased).map(({ asset }) => whole(asset)),
}
