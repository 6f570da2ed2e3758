import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Place } from '../../domain/rights/right.ts'
import type { Caller } from '../context.ts'

/** What the caller's key opens, as the part that it plays in a promotion; `environment` for neither end of it. */
export function placeOf(
  { door }: Pick<Caller, 'door'>,
  { source, destination }: { readonly source: EnvironmentId; readonly destination: EnvironmentId },
): Place {
  if (door.kind === 'organization') return 'organization'
  if (door.environment === source) return 'source'
  return door.environment === destination ? 'destination' : 'environment'
}
