import type { RoutedPreflight } from '../preflight.ts'
import { type PreflightRule, whole } from '../rule.ts'

export const pilotNotLive: PreflightRule<RoutedPreflight> = {
  id: 'pilot-not-live',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The policy asks that the same version is live in the pilot environment first. It is not, or not any more.',
  find: ({ rule, items, livePilots }) =>
    rule.pilot === undefined
      ? []
      : items
          .filter(({ asset, version }) => livePilots.get(asset) !== version)
          .map(({ asset }) => whole(asset)),
}
