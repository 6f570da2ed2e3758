import { type Clock, type IdentityProvider, IdentityProviderAway } from '../services/ports.ts'
import { issuerKeys } from './issuer-keys.ts'
import type { IdentityProviderSettings } from './settings.ts'
import { verifyToken } from './verify-token.ts'

/**
 * The identity provider that the settings name. Nothing is asked of it before the first token.
 *
 * @param onAway - hears why its keys could not be had, for whoever runs this installation
 */
export function openIdentityProvider(
  settings: IdentityProviderSettings,
  clock: Clock,
  onAway: (error: IdentityProviderAway) => void,
): IdentityProvider {
  const keys = issuerKeys(settings, clock)
  return {
    issuer: settings.issuer,
    async verify(token) {
      try {
        const verification = await verifyToken(token, keys, settings, clock)
        return verification.kind === 'verified' ? verification.token : undefined
      } catch (error) {
        if (error instanceof IdentityProviderAway) onAway(error)
        throw error
      }
    },
  }
}
