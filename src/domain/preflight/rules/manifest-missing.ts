import { declaredIn } from '../declared.ts'
import type { RoutedPreflight } from '../preflight.ts'
import type { PreflightRule } from '../rule.ts'

export const manifestMissing: PreflightRule<RoutedPreflight> = {
  id: 'manifest-missing',
  severity: 'blocker',
  acknowledgement: 'may',
  says: 'This reaches out of production, or does something by itself, and no manifest declares it. Send one along.',
  find: ({ manifest, items, rule }) =>
    manifest === null
      ? items
          .flatMap((item) => declaredIn(item).slice(0, 1))
          .map(({ asset, pointer }) => ({ asset, pointer, severity: rule.manifest ?? 'blocker' }))
      : [],
}
