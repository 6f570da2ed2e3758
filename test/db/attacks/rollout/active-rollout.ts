import { v7 as uuidv7 } from 'uuid'
import { canonicalBytes } from '../../../../src/trust/canonical.ts'
import { authorize, decideOn, receive } from '../approval.ts'
import { as, policyOf, policySteps, type World } from '../fixture.ts'
import { freeze, type Planned, planOf, planPromotion, putCommand, requestPromotion } from '../story.ts'

export const checklist = ['One order goes through', 'Nobody is paged']

/** What the rules of the policies of these versions say besides who signs. */
export const rules = Object.freeze({
  2: { validation: { checklist }, rollback: 'fast' },
  3: { validation: { checklist: ['One order goes through'], soak: 'P2D' }, rollback: 'approval' },
  4: {},
} as const)

export type RuleVersion = keyof typeof rules

/** The policies of a world, from version 2 on. */
export async function putRules(world: World): Promise<void> {
  const { production: environment, owner: proposed_by } = world
  for (const [version, terms] of Object.entries(rules)) {
    const document = policyOf(policySteps, terms)
    const row = { environment, version: Number(version), document, proposed_by }
    await as(world, 'api', (session) => session.put('policy', row))
  }
}

/** Something that a person, or an account of theirs, asks of a rollout. */
export function askOf(
  { world, id }: Planned,
  kind: string,
  more: { person?: string; actor?: string; check?: number; stream?: string; streamKind?: string } = {},
): Promise<string> {
  const { person = world.approverOne, actor = person, stream = id, streamKind = 'rollout' } = more
  const given = canonicalBytes(more.check === undefined ? {} : { check: more.check })
  const asked = { kind, stream, streamKind, actor, arguments: given }
  return as(world, 'api', (session) => putCommand(session, person, asked))
}

/** The state of a rollout as control's worker writes it. */
export function advance({ world, id }: Planned, state: string): Promise<unknown> {
  return as(world, 'worker_control', (session) =>
    session.query('UPDATE rollout SET state = $2 WHERE id = $1', [id, state]),
  )
}

export function grantOf({ id }: Planned, purpose: string, command: string | null, attempt = 1) {
  return { promotion: id, revision: 1, purpose, entry: uuidv7(), command, attempt }
}

/** A promotion that landed, by the policy of that version, and whose rollout waits. */
export async function pendingRollout(world: World, version: RuleVersion = 2): Promise<Planned> {
  const promotion = await freeze(await requestPromotion(world, version))
  const terms: { validation?: object } = rules[version]
  const validation = terms.validation === undefined ? {} : { validation: terms.validation as never }
  const plan = { ...planOf(promotion), policy: { version, rule: 1 }, ...validation }
  const planned = await planPromotion(promotion, plan)
  await decideOn(planned, world.approverOne, 1)
  await decideOn(planned, world.approverTwo, 2)
  await authorize(planned)
  await receive(planned)
  await as(world, 'worker_control', (session) => session.put('rollout', { id: planned.id, revision: 1 }))
  return planned
}

/** The same in use. */
export async function activeRollout(world: World, version: RuleVersion = 2): Promise<Planned> {
  const planned = await pendingRollout(world, version)
  const command = await askOf(planned, 'activate')
  await as(world, 'worker_control', (session) =>
    session.put('production_grant', grantOf(planned, 'activate', command)),
  )
  await advance(planned, 'activating')
  await advance(planned, 'active')
  return planned
}

/** What a person confirms of it. */
export async function confirmationOf(
  planned: Planned,
  line: number,
  more: Parameters<typeof askOf>[2] = {},
): Promise<{ [column: string]: unknown }> {
  const { approverOne: person, text: printed_name_text } = planned.world
  const command = await askOf(planned, 'confirm', { check: line, ...more })
  return { promotion: planned.id, line, person: more.person ?? person, command, printed_name_text }
}

export async function confirm(planned: Planned, line: number): Promise<void> {
  const row = await confirmationOf(planned, line)
  await as(planned.world, 'worker_control', (session) => session.put('rollout_confirmation', row))
}
