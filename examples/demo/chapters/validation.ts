import { policyInForceShape, policyShape } from '../../../src/contract/policies/policy.ts'
import type { Plan } from '../acts/plan.ts'
import { activeVersions } from '../acts/promotion.ts'
import { activate, askOfRollout, rolledOut } from '../acts/rollout.ts'
import { expected, said } from '../client.ts'
import type { Setting } from '../setting.ts'

const check = 'One order of the main campus goes through'

/** Production's policy asks people to look at what is in use. Every promotion from here on is signed with that. */
export async function askForValidation({ ask, narrative, cast, environments }: Setting): Promise<void> {
  narrative.chapter('What people look at before a promotion is live')
  const { owner } = cast
  const path = `/v1/environments/${environments.production}/policy`
  const seen = await ask(owner.organization, 'GET', path)
  const { rules } = expected(seen, 200, policyShape)
  const body = { rules: rules.map((rule) => ({ ...rule, validation: { checklist: [check] } })) }
  const answer = await ask(owner.organization, 'PUT', path, { body, ifMatch: seen.etag })
  const { version } = expected(answer, 200, policyInForceShape)
  narrative.tell(`${owner.name} has the policy of production ask for a checklist: "${check}"`)
  narrative.check(
    'it is the next version of the policy, in force for what is asked from now on',
    version === 2,
  )
}

/** What landed is activated, looked at, and live because a person says so. */
export async function takeLive(setting: Setting, plan: Plan): Promise<void> {
  const { ask, narrative, cast } = setting
  const [approver] = cast.approvers
  const { promotion } = plan
  await activate(setting, promotion)
  const versions = await activeVersions(ask, approver, plan)
  narrative.check(
    'version 1 of every copy is in use',
    versions.every((version) => version === 1),
  )
  const early = said(await askOfRollout(setting, promotion, 'complete'))
  narrative.check(
    `it is not live before the signed checklist is confirmed (${early})`,
    early === '409 illegal-state',
  )
  const confirming = { act: 'confirm', body: { check }, told: `confirms "${check}"` } as const
  const confirmed = await rolledOut(setting, promotion, confirming, 'active')
  narrative.check('nothing is missing any more', confirmed.missing.length === 0)
  const live = await rolledOut(setting, promotion, { act: 'complete', told: 'takes it live' }, 'live')
  narrative.check(`it is live, by ${cast.owner.name}`, live.completed?.person === cast.owner.id)
}
