import { generateKeyPairSync } from 'node:crypto'
import type { PlanStep } from '../../../src/domain/plan/plan.ts'
import { canonicalBytes, digestOf, sha256 } from '../../../src/trust/canonical.ts'
import { planDigest } from './approval.ts'
import { as, policyOf, policySteps, type World } from './fixture.ts'
import { hexadecimal, type Row } from './session.ts'
import { freeze, type Planned, planOf, planPromotion, putCommand, requestPromotion } from './story.ts'

/** The key of a system; nothing of what SQL does is verified by it. */
export const publicKey = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? ''

/** A second version of the policy: a review, a system, and an approval. */
export async function policyWithSystem(world: World): Promise<void> {
  const [review, approval] = policySteps
  const document = policyOf([review, { name: 'ticket', kind: 'external', publicKey }, approval])
  const { production: environment, owner: proposed_by } = world
  await as(world, 'api', (session) =>
    session.put('policy', { environment, version: 2, document, proposed_by }),
  )
}

/** A promotion up to its plan, which waits for a system in its second step. */
export async function plannedWithSystem(world: World): Promise<Planned> {
  const promotion = await freeze(await requestPromotion(world, 2))
  const plan = planOf(promotion)
  const [review, approval] = plan.steps
  if (review === undefined || approval === undefined) throw new RangeError('the sample has two steps')
  const ticket: PlanStep = {
    ...{ position: 2, name: 'ticket', kind: 'external', required: 1, publicKey },
    ...{ groups: [], people: [], atLeastOneOf: [] },
  }
  const steps = [review, ticket, { ...approval, position: 3 }]
  return planPromotion(promotion, { ...plan, policy: { version: 2, rule: 1 }, steps })
}

/** What a system said, in an envelope as the API stores it. */
export function envelopeOf(planned: Planned, change: object = {}, more: object = {}): Uint8Array {
  const statement = {
    ...{ promotion: planned.id, revision: planned.plan.revision, step: 2, verdict: 'approved' },
    ...{ planDigest: planDigest(planned).toString('hex'), issuedAt: '2026-11-20T12:00:00Z' },
    ...change,
  }
  const payload = Buffer.from(JSON.stringify(statement)).toString('base64')
  const payloadType = 'application/vnd.countersign.verdict+json'
  return canonicalBytes({ payload, payloadType, signatures: [{ sig: 'AAAA' }], ...more })
}

/** The API stores an envelope, and the command that delivered it. Gives what a verdict's row names of them. */
export function delivered(
  planned: Planned,
  envelope: Uint8Array = envelopeOf(planned),
  asked: { readonly kind?: string; readonly stream?: string; readonly names?: string } = {},
): Promise<Pick<Row, 'envelope' | 'command'>> {
  const { kind = 'deliver-verdict', stream = planned.id, names = digestOf(envelope) } = asked
  return as(planned.world, 'api', async (session) => {
    const digest = Buffer.from(sha256(envelope))
    await session.query(
      'INSERT INTO verdict_envelope (organization, digest, envelope) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [planned.world.organization, digest, envelope],
    )
    const given = { kind, stream, arguments: canonicalBytes({ envelope: names }) }
    const command = await putCommand(session, planned.world.outsider, given)
    return { envelope: digest, command }
  })
}

/** The row of an honest approval. */
export function verdictRow(planned: Planned, of: Pick<Row, 'envelope' | 'command'>): Row {
  const { id: promotion, plan } = planned
  return {
    ...{ promotion, revision: plan.revision, step: 2, public_key: publicKey, verdict: 'approved' },
    ...{ plan_digest: planDigest(planned), ...of },
  }
}

/** A system approves, on both ways: the API stores what it sent and control's worker the verdict. */
export async function approveBySystem(planned: Planned): Promise<void> {
  const row = verdictRow(planned, await delivered(planned))
  await as(planned.world, 'worker_control', async (session) => {
    await session.put('external_verdict', row)
    await session.append('promotion.external-verdict', `promotion/${planned.id}`)
  })
}

export const otherDigest = hexadecimal('ab'.repeat(32))
