import type { ReadEnvironment } from '../../../services/environments/get-environment.ts'

/** An environment as an answer shows it: where only an outline is seen, not where it stands. */
export function shownEnvironment({
  id,
  name,
  kind,
  store,
  view,
  access,
  organizationFreeze,
}: ReadEnvironment) {
  const named = view === 'outline' || store === kind ? null : store
  return { id, name, kind, role: access.role, store: named, access, organizationFreeze }
}
