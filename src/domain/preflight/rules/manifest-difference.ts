import { manifestDifferences } from '../manifest-differences.ts'
import type { RoutedPreflight } from '../preflight.ts'
import type { PreflightRule } from '../rule.ts'

export const manifestDifference: PreflightRule<RoutedPreflight> = {
  id: 'manifest-difference',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'The manifest and what the assets really hold differ here.',
  find: ({ manifest, items }) => (manifest === null ? [] : manifestDifferences(manifest, items)),
}
