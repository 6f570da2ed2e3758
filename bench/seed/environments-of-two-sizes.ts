import type { Ground } from '../harness/ground.ts'
import { newTenant, type Tenant } from '../harness/tenant.ts'
import { seedAssets } from './assets.ts'

export interface SizedTenant extends Tenant {
  readonly assets: number
}

export interface EnvironmentsOfTwoSizes {
  readonly small: SizedTenant
  readonly large: SizedTenant
}

async function ofSize(ground: Ground, assets: number): Promise<SizedTenant> {
  const tenant = await newTenant(ground, `With ${assets} assets`)
  await seedAssets(ground, tenant, assets)
  return { ...tenant, assets }
}

/** Two organizations in the same databases, whose staging environments hold 1,000 and 100,000 assets. */
export async function seedTwoSizes(ground: Ground): Promise<EnvironmentsOfTwoSizes> {
  const large = await ofSize(ground, 100_000)
  return { large, small: await ofSize(ground, 1_000) }
}
