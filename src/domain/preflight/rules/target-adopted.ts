import { type PreflightRule, whole } from '../rule.ts'

export const targetAdopted: PreflightRule = {
  id: 'target-adopted',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'This asset takes over one of production that no promotion made. From then on only promotions change it.',
  find: ({ items }) => items.filter(({ target }) => target.adopted).map(({ asset }) => whole(asset)),
}
