import type { ApiKeyOrigin } from '../../db/control/api-key.ts'
import { instant } from '../../domain/identifiers.ts'
import type { Authentication } from '../../domain/sign-in/authentication.ts'

interface StoredColumns {
  readonly authentication: Authentication['method'] | null
  readonly authenticatedAt: Date | null
  readonly acr: string | null
  /** Of the key that was used, which is all that is known of what was stored before the others were kept. */
  readonly origin: ApiKeyOrigin
}

/** How the person behind a stored command or decision proved who they are. */
export function storedAuthentication({
  authentication,
  authenticatedAt,
  acr,
  origin,
}: StoredColumns): Authentication {
  const method = authentication ?? (origin === 'made' ? 'key' : 'identity-provider')
  if (method === 'key') return { method }
  return { method, authenticatedAt: authenticatedAt && instant(authenticatedAt), acr, amr: [] }
}
