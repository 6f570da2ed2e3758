import { type Digest, digest } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { addressOf, endpointsOf } from '../../../domain/preflight/endpoints.ts'
import { bytesOfText, digestOf } from '../../../trust/canonical.ts'

/** An endpoint's address as it is kept and compared: a path may be as good as a password, so it stands nowhere itself. */
export function digestOfAddress(url: URL): Digest {
  return digest(digestOf(bytesOfText(addressOf(url))))
}

/** The addresses of the endpoints that content holds, each once. */
export function digestsOfAddresses(content: JsonValue): readonly Digest[] {
  return [...new Set(endpointsOf(content).map(({ url }) => digestOfAddress(url)))]
}
