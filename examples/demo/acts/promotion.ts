import type { z } from 'zod'
import { promotionShape } from '../../../src/contract/promotions/promotions.ts'
import type { Approver } from '../cast.ts'
import { type Answer, type Client, expected, said, settled, until } from '../client.ts'
import { DemoFailed, type Narrative } from '../narrative.ts'
import { readAsset, readVersion } from './assets.ts'
import { type Plan, readPlan, shortly } from './plan.ts'

export type Promotion = z.output<typeof promotionShape>

/** States in which nothing more happens by itself. */
const resting = new Set(['promoted', 'rejected', 'failed', 'expired', 'withdrawn', 'changes_requested'])

/** Waits until a promotion reaches a state; one that ended in another one fails. */
export async function reached(
  ask: Client,
  key: string,
  id: string,
  state: Promotion['state'],
): Promise<Promotion> {
  return until(`the promotion is ${state}`, async () => {
    const promotion = expected(await ask(key, 'GET', `/v1/promotions/${id}`), 200, promotionShape)
    if (promotion.state === state) return promotion
    if (resting.has(promotion.state)) {
      throw new DemoFailed(
        `The promotion is ${promotion.state} instead of ${state}. ${promotion.failure ?? ''}`,
      )
    }
    return undefined
  })
}

export function decide(
  ask: Client,
  key: string,
  id: string,
  etag: string,
  idempotencyKey?: string,
): Promise<Answer> {
  return ask(key, 'POST', `/v1/promotions/${id}/decisions`, {
    body: { verdict: 'approve', comment: 'Checked against the change request.' },
    ifMatch: etag,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
}

/** Signs the plan as somebody has just read it. */
export async function approve(
  ask: Client,
  { name, production }: Approver,
  id: string,
  narrative: Narrative,
): Promise<void> {
  const { etag } = await readPlan(ask, production, id)
  const answer = await decide(ask, production, id, etag)
  if ((await settled(ask, production, answer)) === undefined) expected(answer, 201, promotionShape)
  narrative.tell(`${name} signs the plan ${shortly(etag.slice(1))}… → ${said(answer)}`)
}

/** What landed, read as somebody in production does, against the plan that was signed. */
export async function checkLanded(
  ask: Client,
  reader: Approver,
  { plan, promotion }: { readonly plan: Plan; readonly promotion: Promotion },
  narrative: Narrative,
): Promise<void> {
  const digests: boolean[] = []
  for (const { source, target, digest, action } of plan.items) {
    const version = (target.baselineVersion ?? 0) + (action === 'unchanged' ? 0 : 1)
    const landed = await readVersion(ask, reader.production, target.id, version)
    const item = promotion.items.find((one) => one.source.id === source.id)
    digests.push(landed.recomputed === digest && landed.digest === digest && item?.digest === digest)
    narrative.tell(
      `${landed.type.padEnd(14)} ${target.id} version ${version}, ${shortly(landed.recomputed)}…`,
    )
  }
  narrative.check(
    'every digest, recomputed here from what production holds, is the one that was signed',
    digests.every(Boolean),
  )
  const own = plan.items.every(({ source, target }) => source.id !== target.id)
  narrative.check('every copy in production has an id of its own', own)
}

/** Production's active versions of what a plan touches. */
export async function activeVersions(
  ask: Client,
  reader: Approver,
  { items }: Plan,
): Promise<readonly (number | null)[]> {
  const assets = await Promise.all(items.map(({ target }) => readAsset(ask, reader.production, target.id)))
  return assets.map(({ activeVersion }) => activeVersion)
}
