import { inEachItem, type PreflightRule } from '../rule.ts'

// Staging's content was screened when it entered; rules may have been added since, and only with its bindings is it whole.
export const literalSecret: PreflightRule = {
  id: 'literal-secret',
  severity: 'warning',
  acknowledgement: 'with-words',
  says: 'The rendered content holds what looks like a secret.',
  find: inEachItem(({ screened }) =>
    screened
      .filter(({ about }) => about === 'secret')
      .map(({ pointer, message, sure }) => ({
        pointer,
        message: `The rendered content ${message}`,
        ...(sure ? { severity: 'blocker' } : {}),
      })),
  ),
}
