import { inEachItem, type PreflightRule } from '../rule.ts'

// Staging's content was screened when it entered; rules may have been added since, and only with its bindings is it whole.
export const patientData: PreflightRule = {
  id: 'patient-data',
  severity: 'warning',
  acknowledgement: 'with-words',
  says: 'The rendered content holds what looks like data of a patient.',
  find: inEachItem(({ screened }) =>
    screened
      .filter(({ about }) => about === 'patient-data')
      .map(({ pointer, message, sure }) => ({
        pointer,
        message: `The rendered content ${message}`,
        ...(sure ? { severity: 'blocker' } : {}),
      })),
  ),
}
