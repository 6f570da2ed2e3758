import { inEachItem, type PreflightRule } from '../rule.ts'

export const structure: PreflightRule = {
  id: 'structure',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The rendered content breaks a rule of its type that no schema can say.',
  find: inEachItem(({ broken }) =>
    broken.map(({ pointer, message }) => ({ pointer, message: `The rendered content ${message}.` })),
  ),
}
