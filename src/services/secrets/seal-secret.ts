import { CompactEncrypt, type JWK } from 'jose'
import type { AssetId, EnvironmentId, OrganizationId } from '../../domain/identifiers.ts'

/** Where a secret belongs. A sealed value opens there and nowhere else. */
export interface SecretPlace {
  readonly organization: OrganizationId
  readonly environment: EnvironmentId
  readonly asset: AssetId
  readonly pointer: string
}

/** The public half that an environment's secrets are sealed with. */
export interface PublishedKey {
  readonly kid: string
  readonly publicKey: JWK
}

/** A value that only its environment's worker can open. */
export interface SealedSecret {
  readonly pointer: string
  readonly kid: string
  /** JWE in compact form (RFC 7516). */
  readonly sealed: string
}

/**
 * Encrypts a value to an environment's key. Its place stands in the authenticated header, so that a value that is moved
 * to another asset, environment or field no longer opens.
 */
export async function sealSecret(
  { kid, publicKey }: PublishedKey,
  { organization, environment, asset, pointer }: SecretPlace,
  value: string,
): Promise<SealedSecret> {
  const sealed = await new CompactEncrypt(new TextEncoder().encode(value))
    .setProtectedHeader({
      alg: 'ECDH-ES+A256KW',
      enc: 'A256GCM',
      kid,
      organization,
      environment,
      asset,
      pointer,
    })
    .encrypt(publicKey)
  return { pointer, kid, sealed }
}
