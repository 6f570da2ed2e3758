import { addressOf, endpointsIn, endpointsOf, sameEndpoint } from '../endpoints.ts'
import { inEachItem, type PreflightRule } from '../rule.ts'

export const endpointOfStaging: PreflightRule = {
  id: 'endpoint-of-staging',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'An asset of staging or development uses the very same endpoint. Bind production’s own, if there is one.',
  find: (preflight) => {
    if (!preflight.items.some(({ glance }) => glance.mayHoldAddress)) return []
    const staged = preflight.items.flatMap((item) => endpointsOf(item.staged))
    return inEachItem((item) =>
      endpointsIn(item).filter(
        ({ url }) =>
          preflight.usedElsewhere.has(addressOf(url)) || staged.some((other) => sameEndpoint(other.url, url)),
      ),
    )(preflight)
  },
}
