import { z } from 'zod'
import { planShape } from '../../../src/contract/promotions/plan.ts'
import { difference } from '../../../src/domain/plan/difference.ts'
import { type Client, expected } from '../client.ts'
import type { Setting } from '../setting.ts'
import { readVersion } from './assets.ts'

export type Plan = z.output<typeof planShape>
type PlanItem = Plan['items'][number]
type Change = PlanItem['diff'][number]

/** As much of a digest as people compare. */
export function shortly(digest: string): string {
  return digest.slice(0, 12)
}

/** The plan as somebody reads it, and the ETag that stands for having read it. */
export async function readPlan(ask: Client, key: string, id: string) {
  const answer = await ask(key, 'GET', `/v1/promotions/${id}/plan`)
  return { plan: expected(answer, 200, planShape), etag: answer.etag }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function describeChange({ op, pointer, from, to }: Change): string {
  if (op === 'replace') return `${pointer}: ${shown(from)} → ${shown(to)}`
  return op === 'add' ? `${pointer}: ${shown(to)} is added` : `${pointer}: ${shown(from)} is removed`
}

/** Where the content for production differs from the staging version it was made of. */
async function changesFromStaging(
  { ask, cast }: Setting,
  { source, content }: PlanItem,
): Promise<readonly Change[]> {
  const pinned = await readVersion(ask, cast.requester.staging, source.id, source.version)
  return difference(pinned.content, z.json().parse(content))
}

/** Prints a plan item by item: what changes in production, or for what is new there, what differs from staging. */
export async function tellPlan(setting: Setting, plan: Plan): Promise<void> {
  const { narrative } = setting
  narrative.tell(
    `plan ${shortly(plan.planDigest)}…, revision ${plan.revision}, by version ${plan.policy.version} of production's policy:`,
  )
  for (const item of plan.items) {
    const { type, name, action, source, target, digest, diff } = item
    const baseline =
      target.baselineVersion === null ? 'new there' : `version ${target.baselineVersion} is there`
    narrative.tell(`${action.padEnd(9)} ${type} "${name}"`)
    narrative.detail(`from staging's version ${source.version}, ${baseline}, digest ${shortly(digest)}…`)
    const changes = action === 'create' ? await changesFromStaging(setting, item) : diff
    for (const change of changes) narrative.detail(describeChange(change))
  }
}

/** What is new in production is staging's content but for ids: production's where staging's stood, and none for links. */
export async function checkRendering(setting: Setting, plan: Plan): Promise<void> {
  const ids = new Set<unknown>([...setting.production.values(), ...plan.items.map(({ target }) => target.id)])
  const changes = (await Promise.all(plan.items.map((item) => changesFromStaging(setting, item)))).flat()
  const isId = ({ op, pointer, to }: Change) =>
    op === 'replace' ? ids.has(to) : op === 'remove' && /^\/links\/\d+\/id$/.test(pointer)
  setting.narrative.check(
    "the content is staging's own, with production's ids where staging's stood",
    changes.length > 0 && changes.every(isId),
  )
}
