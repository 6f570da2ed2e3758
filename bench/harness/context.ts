import type { ServiceContext } from '../../src/services/context.ts'
import { parseToken } from '../../src/services/keys/bearer-token.ts'
import { findBearer } from '../../src/services/keys/find-bearer.ts'
import { WrongAnswer } from './call.ts'
import type { Ground } from './ground.ts'

/** What a verb of the API gets for a request with this key. */
export async function contextOf({ dependencies }: Ground, key: string): Promise<ServiceContext> {
  const {
    stores,
    orchestrator,
    clock,
    screenings,
    fitting,
    refusalOfAddress,
    fingerprintKey,
    identityProvider,
  } = dependencies
  const token = parseToken(key)
  const bearer = token && (await findBearer(stores.control, clock, token))
  if (bearer?.kind !== 'key') throw new WrongAnswer('The key is not known.')
  return {
    caller: bearer.caller,
    stores,
    orchestrator,
    clock,
    screenings,
    fitting,
    refusalOfAddress,
    fingerprintKey,
    identityProvider,
    requestId: crypto.randomUUID(),
    clientAddress: null,
  }
}
