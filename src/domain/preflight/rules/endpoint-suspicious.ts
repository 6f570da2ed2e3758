import { endpointsIn } from '../endpoints.ts'
import { suspicionOf } from '../hosts/suspicious-host.ts'
import { inEachItem, type PlaceInItem, type PreflightRule } from '../rule.ts'

export const endpointSuspicious: PreflightRule = {
  id: 'endpoint-suspicious',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'This endpoint does not look like one of production.',
  find: inEachItem((item) =>
    endpointsIn(item).flatMap(({ pointer, url }): PlaceInItem[] => {
      const suspicion = suspicionOf(url)
      if (suspicion === null) return []
      return [{ pointer, message: `This endpoint ${suspicion}. Bind production’s own, if there is one.` }]
    }),
  ),
}
