import type { OrganizationId, PersonId, PromotionId } from '../../src/domain/identifiers.ts'
import { assemblePlan } from '../../src/domain/plan/assemble-plan.ts'
import { canonicalBytes } from '../../src/trust/canonical.ts'
import type { TestStores } from '../support/stores.ts'

/** The line of the sample's checklist. */
export const sampleCheck = 'One order goes through'

export interface RolloutSample {
  readonly organization: string
  readonly promotion: string
  readonly staging: string
  readonly production: string
  readonly requester: string
}

/**
 * A rollout that is there to be asked for, with the plan that it says it rests on. Without a worker nothing was planned and
 * nothing has landed, so that keys and guards are not asked.
 */
export async function putRollout(stores: TestStores, sample: RolloutSample): Promise<void> {
  const organization = sample.organization as OrganizationId
  const promotion = sample.promotion as PromotionId
  const requester = sample.requester as PersonId
  const plan = assemblePlan({
    organization,
    promotion,
    revision: 1,
    source: { environment: sample.staging as never },
    destination: { environment: sample.production as never },
    requester,
    contributors: [requester],
    policy: { version: 1, rule: 1 },
    risk: 'low',
    severalSteps: false,
    steps: [],
    items: [],
    dependencies: [],
    findings: [],
    manifest: null,
    evidence: [],
    notBefore: null,
    activation: 'manual',
    validation: { checklist: [sampleCheck] },
    expiresAfter: 'P7D',
  })
  const client = await stores.superuser('control').connect()
  try {
    await client.query('BEGIN')
    await client.query('ALTER TABLE promotion_revision DISABLE TRIGGER USER')
    await client.query('SET LOCAL session_replication_role = replica')
    await client.query(
      `INSERT INTO promotion_revision
         (organization, promotion, revision, plan, requester, contributors, required_decisions)
       VALUES ($1, $2, 1, $3, $4, ARRAY[$4::uuid], 1)`,
      [organization, promotion, canonicalBytes(plan), requester],
    )
    await client.query('INSERT INTO rollout (organization, id, revision) VALUES ($1, $2, 1)', [
      organization,
      promotion,
    ])
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}
