import { compactDecrypt } from 'jose'
import { privateKeyOf, type SealingKey } from './keys/sealing-key.ts'
import type { SealedSecret, SecretPlace } from './seal-secret.ts'

/** A sealed value cannot be opened: its key is not here, it was altered, or it belongs elsewhere. */
export class SecretUnopenable extends Error {
  override readonly name = 'SecretUnopenable'

  constructor(reason: string) {
    super(`A sealed secret cannot be opened: ${reason}.`)
  }
}

/**
 * The value of a sealed secret, for the worker that holds its environment's keys. It is not to be stored, logged or
 * given to a workflow.
 *
 * @throws SecretUnopenable
 */
export async function openSecret(
  keys: readonly SealingKey[],
  { organization, environment, asset }: Omit<SecretPlace, 'pointer'>,
  { pointer, kid, sealed }: SealedSecret,
): Promise<string> {
  const key = keys.find((one) => one.kid === kid)
  if (key === undefined) throw new SecretUnopenable('this worker does not hold the key it is sealed with')
  const algorithms = { keyManagementAlgorithms: ['ECDH-ES+A256KW'], contentEncryptionAlgorithms: ['A256GCM'] }
  const opened = await compactDecrypt(sealed, privateKeyOf(key, environment), algorithms).catch(() => {
    throw new SecretUnopenable('it was altered, or sealed for another environment')
  })
  const header: Readonly<Record<string, unknown>> = opened.protectedHeader
  const place = { kid, organization, environment, asset, pointer }
  if (Object.entries(place).some(([member, value]) => header[member] !== value)) {
    throw new SecretUnopenable('it belongs to another place')
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(opened.plaintext)
}
