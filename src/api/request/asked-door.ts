import type { Context } from 'hono'
import { type EnvironmentId, identifier, isUuid, type OrganizationId } from '../../domain/identifiers.ts'
import type { AskedDoor } from '../../services/identity/find-token-bearer.ts'
import { Refused } from '../../services/refused.ts'
import type { ApiEnvironment } from '../environment.ts'

const ofEnvironment = 'Countersign-Environment'
const ofOrganization = 'Countersign-Organization'

function idIn(c: Context<ApiEnvironment>, header: string): string | undefined {
  const text = c.req.header(header)
  if (text === undefined || isUuid(text)) return text
  throw new Refused('invalid-parameter', `Send ${header} with one id, a UUID in lower case.`)
}

/**
 * Which door a request with a token asks for: a key names its own, a token none.
 *
 * @throws Refused `invalid-parameter` for two doors at once, or an id of another form.
 */
export function askedDoor(c: Context<ApiEnvironment>): AskedDoor {
  const environment = idIn(c, ofEnvironment)
  const organization = idIn(c, ofOrganization)
  if (environment !== undefined && organization !== undefined) {
    throw new Refused(
      'invalid-parameter',
      `A request opens one door: send either ${ofEnvironment} or ${ofOrganization}.`,
    )
  }
  if (environment !== undefined) {
    return { kind: 'environment', environment: identifier<EnvironmentId>(environment) }
  }
  if (organization !== undefined) {
    return { kind: 'organization', organization: identifier<OrganizationId>(organization) }
  }
  return { kind: 'own' }
}
