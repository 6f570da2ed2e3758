import { planShape, promotionPreviewShape } from '../../../src/contract/promotions/plan.ts'
import { promotionShape } from '../../../src/contract/promotions/promotions.ts'
import { readPlan } from '../acts/plan.ts'
import { approve, reached } from '../acts/promotion.ts'
import { bareRequest, dryRun, wholeRequest } from '../acts/webhook.ts'
import { type Answer, expected, said, settled, until } from '../client.ts'
import { DemoFailed } from '../narrative.ts'
import type { Setting } from '../setting.ts'

async function tellDryRun(setting: Setting, body: object): Promise<readonly string[]> {
  const { narrative } = setting
  const { findings, risk } = expected(await dryRun(setting, body), 200, promotionPreviewShape)
  narrative.tell(`risk ${risk}, ${findings.length} findings:`)
  for (const { severity, rule, pointer } of findings) narrative.detail(`${severity}  ${rule}  ${pointer}`)
  return findings.filter(({ severity }) => severity === 'blocker').map(({ rule }) => rule)
}

async function askFor(setting: Setting): Promise<string> {
  const { ask, narrative, cast } = setting
  narrative.chapter('A dry run: what would come of it, before anybody waits')
  narrative.tell('Ravi asks for the scheduling webhook with nothing but its id:')
  const blockers = await tellDryRun(setting, bareRequest(setting))
  narrative.check(
    'without production’s own URL and without a manifest it would be blocked',
    blockers.includes('binding-missing') && blockers.includes('manifest-missing'),
  )
  narrative.tell('He binds both values, declares what it reaches, and links what he saw in staging:')
  const left = await tellDryRun(setting, wholeRequest(setting))
  narrative.check('nothing blocks it any more', left.length === 0)
  const { id } = expected(
    await ask(cast.requester.staging, 'POST', '/v1/promotions', { body: wholeRequest(setting) }),
    202,
    promotionShape,
  )
  await reached(ask, cast.requester.staging, id, 'awaiting_approval')
  return id
}

/** What was asked of a promotion, once it is settled. */
async function after(setting: Setting, key: string, id: string, answer: Answer, status = 200) {
  if ((await settled(setting.ask, key, answer)) === undefined) expected(answer, status, promotionShape)
  return expected(await setting.ask(key, 'GET', `/v1/promotions/${id}`), 200, promotionShape)
}

async function changeMinds(setting: Setting, id: string): Promise<void> {
  const { ask, narrative, cast } = setting
  const [first, second] = cast.approvers
  narrative.chapter('People change their minds')
  await approve(ask, first, id, narrative)
  const signed = expected(await ask(first.production, 'GET', `/v1/promotions/${id}`), 200, promotionShape)
  const [vote] = signed.decisions
  if (vote === undefined) throw new DemoFailed('A signature was not stored.')
  const path = `/v1/promotions/${id}/decisions`
  const withdrawn = await ask(first.production, 'DELETE', `${path}/${vote.id}`)
  const without = await after(setting, first.production, id, withdrawn)
  narrative.check(
    `${first.name} takes her vote back, and it stays visible as withdrawn`,
    without.steps[0]?.approved === 0 && without.decisions[0]?.withdrawnAt !== null,
  )
  await approve(ask, first, id, narrative)
  const { etag } = await readPlan(ask, second.production, id)
  const asked = await ask(second.production, 'POST', path, {
    body: { verdict: 'request-changes', comment: 'Show that a failed delivery is tried again.' },
    ifMatch: etag,
  })
  const sentBack = await after(setting, second.production, id, asked, 201)
  narrative.check(`${second.name} requests changes`, sentBack.state === 'changes_requested')
}

async function resubmit(setting: Setting, id: string): Promise<void> {
  const { ask, narrative, cast } = setting
  const { requester, approvers } = cast
  const evidence = [
    ...wholeRequest(setting).evidence,
    { kind: 'error-retry', link: 'https://wiki.northlake.example/staging/scheduling-retries' },
  ]
  const body = { reason: 'With the retries that were asked for', evidence }
  await settled(
    ask,
    requester.staging,
    await ask(requester.staging, 'POST', `/v1/promotions/${id}/resubmit`, { body }),
  )
  narrative.tell('Ravi adds evidence of retries and resubmits.')
  const { plan, promotion } = await until('the next revision is planned', async () => {
    const key = approvers[0].production
    const read = await ask(key, 'GET', `/v1/promotions/${id}/plan`)
    const { state, decisions } = expected(await ask(key, 'GET', `/v1/promotions/${id}`), 200, promotionShape)
    if (read.status !== 200 || state !== 'awaiting_approval') return undefined
    return { plan: expected(read, 200, planShape), promotion: { decisions } }
  })
  narrative.check(
    'revision 2 holds both pieces of evidence, and every earlier vote is outdated',
    plan.revision === 2 &&
      plan.evidence.length === 2 &&
      promotion.decisions.every(({ outdated }) => outdated),
  )
}

async function landAfterFreeze(setting: Setting, id: string): Promise<void> {
  const { ask, narrative, cast, organization } = setting
  const { owner, approvers, requester } = cast
  narrative.chapter('Frozen: approved, and held back')
  const path = `/v1/organizations/${organization}/freeze`
  const frozen = await ask(owner.organization, 'PUT', path, { body: { reason: 'The EHR is being upgraded' } })
  narrative.tell(`Olivia freezes the organization → ${said(frozen)}`)
  for (const person of approvers) await approve(ask, person, id, narrative)
  const { blockedBecause } = await reached(ask, requester.staging, id, 'scheduled')
  narrative.check(
    `it is approved and waits, and says why ("${blockedBecause[0]?.reason}")`,
    blockedBecause[0]?.code === 'frozen',
  )
  narrative.tell(`Olivia ends the freeze → ${said(await ask(owner.organization, 'DELETE', path))}`)
  const promotion = await reached(ask, requester.staging, id, 'promoted')
  narrative.check('it lands by itself', promotion.items[0]?.outcome === 'landed')
}

/** A webhook: looked at before it is asked for, sent back, resubmitted, and held back by a freeze. */
export async function promoteWebhook(setting: Setting): Promise<void> {
  const id = await askFor(setting)
  await changeMinds(setting, id)
  await resubmit(setting, id)
  await landAfterFreeze(setting, id)
}
