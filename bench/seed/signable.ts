import type { PersonId, PromotionId } from '../../src/domain/identifiers.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import { expectAnswer, WrongAnswer } from '../harness/call.ts'
import type { Ground } from '../harness/ground.ts'
import { newTenant, type Tenant } from '../harness/tenant.ts'

/** How many people sign each promotion. One more would have to, so that none goes on while others are measured. */
export const signersOfEach = 4

/** Somebody who may sign, and their key of production. */
interface Signer {
  readonly person: PersonId
  readonly key: string
}

/** A promotion that waits for signatures. */
interface Signable {
  readonly id: PromotionId
  readonly planDigest: string
}

export interface SignableTenant extends Tenant {
  readonly signers: readonly Signer[]
  readonly promotions: readonly Signable[]
}

const policy: Policy = {
  rules: [
    {
      name: 'everything',
      steps: [{ name: 'approval', kind: 'approval', approvals: signersOfEach + 1, groups: [] }],
      manifest: 'info',
      expiresAfter: 'P7D',
      landWithin: 'PT1M',
    },
  ],
}

async function addSigner(
  ground: Ground,
  { organization, environments, administrator: key }: Tenant,
  name: string,
): Promise<Signer> {
  const { id, signInToken } = await expectAnswer<{ readonly id: PersonId; readonly signInToken: string }>(
    ground,
    201,
    `/v1/organizations/${organization}/people`,
    { key, method: 'POST', body: { kind: 'human', name } },
  )
  const { production: environment } = environments
  const role = { key, method: 'PUT', body: { role: 'engineer' } } as const
  await expectAnswer(ground, 200, `/v1/environments/${environment}/members/${id}`, role)
  const made = { key: signInToken, method: 'POST', body: { name, environment } } as const
  const { secret } = await expectAnswer<{ readonly secret: string }>(ground, 201, '/v1/api-keys', made)
  return { person: id, key: secret }
}

async function ask(ground: Ground, { environments, key }: Tenant, place: number): Promise<Signable> {
  const path = `/v1/environments/${environments.staging}/assets`
  const content = { values: [{ value: `Ward ${place}` }] }
  const { id } = await expectAnswer<{ readonly id: string }>(ground, 201, path, {
    key,
    method: 'POST',
    body: { type: 'valueSet', name: `Wards ${place}`, content },
  })
  const { id: promotion, planDigest } = await expectAnswer<{
    readonly id: PromotionId
    readonly planDigest: string | null
  }>(ground, 202, '/v1/promotions', {
    key,
    method: 'POST',
    body: {
      promotingAssets: [{ id, type: 'valueSet' }],
      fromEnvironment: { id: environments.staging },
      toEnvironment: { id: environments.production },
      reason: 'The wards have new names',
    },
    headers: { Prefer: 'wait=20' },
  })
  if (planDigest === null) throw new WrongAnswer('A promotion has no plan that somebody could sign.')
  return { id: promotion, planDigest }
}

/** An organization with so many promotions, asked for and planned as the product does it, that wait for signatures. */
export async function signableTenant(ground: Ground, count: number): Promise<SignableTenant> {
  const tenant = await newTenant(ground, 'Signs promotions', policy)
  const signers: Signer[] = []
  for (let place = 0; place <= signersOfEach; place += 1) {
    signers.push(await addSigner(ground, tenant, `Signer ${place}`))
  }
  const promotions: Signable[] = []
  for (let place = 0; place < count; place += 1) promotions.push(await ask(ground, tenant, place))
  return { ...tenant, signers, promotions }
}
