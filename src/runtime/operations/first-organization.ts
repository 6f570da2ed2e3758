import type { ApiStores } from '../../services/context.ts'
import { anyOrganization } from '../../services/organizations/any-organization.ts'
import { type Bootstrap, type Bootstrapped, bootstrap } from '../../services/organizations/bootstrap.ts'
import { StartRefused } from '../process/explain-failure.ts'

export interface OrganizationRequest extends Bootstrap {
  /** Makes one also where there is one already. */
  readonly another: boolean
}

/**
 * Makes an organization where there is none yet.
 *
 * @throws StartRefused when there is one and another was not asked for.
 */
export async function makeFirstOrganization(
  stores: Pick<ApiStores, 'control'>,
  { another, ...request }: OrganizationRequest,
): Promise<Bootstrapped> {
  if (!another && (await anyOrganization(stores))) {
    throw new StartRefused('There is an organization already. Add --another to make one more beside it.')
  }
  return bootstrap({ stores }, request)
}

/** What a new organization's owner has to know, for people; the only time that the key is shown. */
export function describeOrganization(name: string, made: Bootstrapped): readonly string[] {
  const { organization, owner, environments, keys } = made
  return [
    `organization  ${organization}  ${name}`,
    `owner         ${owner}`,
    ...Object.entries(environments).map(([kind, id]) => `${kind.padEnd(12)}  ${id}`),
    `key           ${keys.organization}`,
    'Keep the key now: it is never shown again. It opens the organization; POST /v1/api-keys makes keys of environments.',
  ]
}
