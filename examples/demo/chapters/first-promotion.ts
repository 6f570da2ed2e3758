import { promotionShape } from '../../../src/contract/promotions/promotions.ts'
import { requestBundle } from '../acts/bundle.ts'
import { checkRendering, type Plan, readPlan, shortly, tellPlan } from '../acts/plan.ts'
import { activeVersions, approve, checkLanded, decide, reached } from '../acts/promotion.ts'
import type { Editor } from '../cast.ts'
import { expected, said } from '../client.ts'
import type { Setting } from '../setting.ts'
import { takeLive } from './validation.ts'

async function checkContributor(setting: Setting, { name, production }: Editor, id: string, role: string) {
  const { ask, narrative } = setting
  const { etag } = await readPlan(ask, production, id)
  const refusal = said(await decide(ask, production, id, etag))
  narrative.check(
    `${name}, ${role}, may read the plan and not approve it (${refusal})`,
    refusal === '403 contributor-may-not-decide',
  )
}

async function requestFirst(setting: Setting): Promise<string> {
  const { narrative } = setting
  narrative.chapter('Ravi asks for a bundle to be promoted')
  const answer = await requestBundle(
    setting,
    'Facility codes, cardiology filter and patient classes for go-live',
  )
  const { id, state, items } = expected(answer, 202, promotionShape)
  narrative.tell(`POST /v1/promotions → ${answer.status}, promotion ${id}, ${state}`)
  narrative.detail(
    `${items.length} assets, with production's source and destination bound in place of staging's`,
  )
  const again = said(await requestBundle(setting, 'The same once more'))
  narrative.check(`no second promotion of these assets meanwhile (${again})`, again === '409 promotion-open')
  return id
}

async function readAndTell(setting: Setting, id: string): Promise<Plan> {
  const { ask, narrative, cast } = setting
  narrative.chapter('The plan: what production would get')
  const { plan } = await readPlan(ask, cast.approvers[0].production, id)
  await tellPlan(setting, plan)
  await checkRendering(setting, plan)
  narrative.check(
    'preflight found nothing that speaks against it',
    plan.findings.every(({ severity }) => severity !== 'blocker'),
  )
  const contributors = [cast.requester.id, cast.editor.id].sort()
  narrative.check(
    'its contributors are Ravi and Elena',
    [...plan.contributors].sort().join() === contributors.join(),
  )
  const fromStaging = await readPlan(ask, cast.requester.staging, id)
  const hidden = fromStaging.plan.items.every(({ content }) => content === undefined)
  narrative.check("through a key of staging the plan shows pointers, no values of production's", hidden)
  return plan
}

async function decideFirst(setting: Setting, id: string, plan: Plan): Promise<void> {
  const { ask, narrative, cast } = setting
  const [first, second] = cast.approvers
  narrative.chapter('Four eyes')
  await checkContributor(setting, cast.requester, id, 'who requested')
  await checkContributor(setting, cast.editor, id, 'who edited last')
  const unseen = said(await decide(ask, first.production, id, `"${'0'.repeat(64)}"`))
  narrative.check(
    `a plan that was not read is not approved (${unseen})`,
    unseen === '412 precondition-failed',
  )
  narrative.tell(`${first.name} signs the plan ${shortly(plan.planDigest)}…, twice at once by mistake`)
  const { etag } = await readPlan(ask, first.production, id)
  const twice = await Promise.all(
    [1, 2].map(() => decide(ask, first.production, id, etag, `${id}/${first.id}`)),
  )
  const promotions = twice.map((answer) => expected(answer, 201, promotionShape))
  const signed = promotions.every(({ decisions }) => decisions.length === 1)
  narrative.check('both calls get the same answer, and one decision stands', signed)
  narrative.check('one signature is not enough', promotions[0]?.state === 'awaiting_approval')
  await approve(ask, second, id, narrative)
}

/** The first promotion: everything it carries is new in production. */
export async function promoteFirst(setting: Setting): Promise<Plan> {
  const { ask, narrative, cast } = setting
  const [approver] = cast.approvers
  const id = await requestFirst(setting)
  await reached(ask, cast.requester.staging, id, 'awaiting_approval')
  const plan = await readAndTell(setting, id)
  await decideFirst(setting, id, plan)

  narrative.chapter('Fresh copies in production')
  const promotion = await reached(ask, approver.production, id, 'promoted')
  narrative.tell(`promotion ${id} → ${promotion.state}`)
  await checkLanded(ask, approver, { plan, promotion }, narrative)
  const before = await activeVersions(ask, approver, plan)
  narrative.check(
    'nothing of it is in use yet',
    before.every((version) => version === null),
  )
  await takeLive(setting, plan)
  return plan
}
