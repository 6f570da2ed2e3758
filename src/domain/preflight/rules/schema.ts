import { inEachItem, type PreflightRule } from '../rule.ts'

export const schema: PreflightRule = {
  id: 'schema',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The rendered content does not fit the schema of its type.',
  find: inEachItem(({ erased, misfits }) =>
    erased
      ? []
      : misfits.map(({ pointer, message }) => ({ pointer, message: `The rendered content ${message}.` })),
  ),
}
