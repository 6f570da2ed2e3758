import { beforeEach, expect, test } from 'vitest'
import type { LoginRole } from '../../../../src/db/rights/right.ts'
import { loginRoles } from '../../../../src/db/roles.ts'
import { openStores } from '../../../support/stores.ts'
import {
  approvedPromotion,
  askToDecide,
  authorizationRow,
  decideOn,
  decisionRow,
  planDigest,
  withdraw,
} from '../approval.ts'
import { type Attempt, attack, deniedOn, refusedBy } from '../attack.ts'
import { as, newWorld, policyOf, type World } from '../fixture.ts'
import { hexadecimal, type Session } from '../session.ts'
import { type Planned, plannedPromotion, putCommand, stored } from '../story.ts'

const stores = await openStores()
let world: World

beforeEach(async () => {
  world = await newWorld(stores)
})

/** What is tried, and what keeps the logins from it that may write there at all. */
interface Case {
  readonly table: string
  prepare(): Promise<(session: Session) => Promise<unknown>>
  readonly refusals: Readonly<Partial<Record<LoginRole, Attempt>>>
}

const byTheWorker = (code: string, because: string) => ({ worker_control: refusedBy(code, because) })
const byAContributor = byTheWorker('23514', 'contributor_may_not_decide')
const restsOnNothing = byTheWorker('23514', 'decision_rests_on_its_command')

function signing(prepare: () => Promise<object>, refusals: Case['refusals']): Case {
  return {
    table: 'decision',
    async prepare() {
      const row = await prepare()
      return (session) => session.put('decision', row as never)
    },
    refusals,
  }
}

function authorizing(prepare: () => Promise<Planned>, refusals: Case['refusals']): Case {
  return {
    table: 'authorization',
    async prepare() {
      const row = authorizationRow(await prepare())
      return (session) => session.put('authorization', row)
    },
    refusals,
  }
}

/** Changes what is kept: nobody has the right to it. */
function changing(table: string, text: string, values: (planned: Planned) => readonly unknown[]): Case {
  return {
    table,
    async prepare() {
      const given = values(await plannedPromotion(world))
      return (session) => session.query(text, given)
    },
    refusals: {},
  }
}

const honestly = async (person: 'requester' | 'editor' | 'approverOne', planned?: Planned) => {
  const about = planned ?? (await plannedPromotion(world))
  return decisionRow(about, world[person], 1, await askToDecide(about, world[person]))
}

const superuser = (text: string, ...values: readonly unknown[]) =>
  stores.superuser('control').query(text, [...values])

const cases: Readonly<Record<string, Case>> = {
  'case 1: the requester approves': signing(() => honestly('requester'), byAContributor),
  'case 2: an editor approves': signing(() => honestly('editor'), byAContributor),
  'case 3: a person approves through a service account of theirs': signing(async () => {
    const planned = await plannedPromotion(world)
    const asked = { kind: 'decide', stream: planned.id, actor: world.serviceAccount }
    const command = await as(world, 'api', (session) => putCommand(session, world.approverOne, asked))
    return decisionRow(planned, world.approverOne, 1, command)
  }, restsOnNothing),
  'case 4: somebody signs as somebody else': signing(async () => {
    const planned = await plannedPromotion(world)
    return decisionRow(planned, world.approverOne, 1, await askToDecide(planned, world.outsider))
  }, restsOnNothing),
  'case 5: a request becomes another person’s': changing(
    'promotion',
    'UPDATE promotion SET requester = $2 WHERE id = $1',
    ({ id }) => [id, world.outsider],
  ),
  'case 6: an open request is routed by another version of the policy': changing(
    'promotion',
    'UPDATE promotion SET policy_version = policy_version + 1 WHERE id = $1',
    ({ id }) => [id],
  ),
  'case 6: one person alone makes a looser policy': {
    table: 'policy',
    async prepare() {
      const document = policyOf([{ name: 'approval', kind: 'approval', approvals: 1, groups: [] }])
      const row = { environment: world.production, version: 2, document, proposed_by: world.owner }
      return (session) =>
        session.put('policy', { ...row, proposed_by: world.outsider, confirmed_by: world.owner })
    },
    refusals: { api: refusedBy('23514', 'policy_is_changed_by_administrators') },
  },
  'case 7: one person approves twice': signing(
    async () => {
      const planned = await plannedPromotion(world)
      await decideOn(planned, world.approverOne, 1)
      return honestly('approverOne', planned)
    },
    byTheWorker('23505', 'decision_once'),
  ),
  'case 8: what people approved who left the destination is authorized': authorizing(
    async () => {
      const approved = await approvedPromotion(world)
      await superuser('DELETE FROM environment_member WHERE actor = $1', world.approverTwo)
      return approved
    },
    byTheWorker('23514', 'authorization_needs_roles_in_the_destination'),
  ),
  'case 10: a signature is lifted onto another promotion': signing(
    async () => {
      const [one, other] = [await plannedPromotion(world), await plannedPromotion(world)]
      const row = await honestly('approverOne', one)
      return { ...row, plan_digest: planDigest(other) }
    },
    byTheWorker('23503', 'decision_organization_promotion_revision_plan_digest_contr_fkey'),
  ),
  'case 18: somebody approves after the time is over': signing(
    async () => {
      const planned = await plannedPromotion(world)
      await superuser(
        `UPDATE promotion SET expires_at = clock_timestamp() - interval '1 second' WHERE id = $1`,
        planned.id,
      )
      return honestly('approverOne', planned)
    },
    byTheWorker('23514', 'no_decision_after_expiry'),
  ),
  'case 19: what was declined is authorized': authorizing(
    async () => {
      const approved = await approvedPromotion(world)
      await decideOn(approved, world.outsider, 1, { verdict: 'reject' })
      return approved
    },
    byTheWorker('23514', 'authorization_needs_a_clear_plan'),
  ),
  'case 19: what a vote was taken back from is authorized': authorizing(
    async () => {
      const planned = await plannedPromotion(world)
      await decideOn(planned, world.approverOne, 1)
      await withdraw(world, await decideOn(planned, world.approverTwo, 2))
      return planned
    },
    byTheWorker('23514', 'authorization_needs_its_quorum'),
  ),
  'case 20: an item is to land with other bytes than were approved': changing(
    'promotion_item',
    'UPDATE promotion_item SET rendered_digest = $2 WHERE promotion = $1',
    ({ id }) => [id, hexadecimal(stored({ other: id }).digest)],
  ),
  'case 21: the snapshot under a request is edited': changing(
    'promotion_snapshot',
    'UPDATE promotion_snapshot SET digest = $2 WHERE promotion = $1',
    ({ id }) => [id, hexadecimal(stored({ other: id }).digest)],
  ),
}

test.each(Object.entries(cases))('%s: refused to every login by raw SQL', async (_, one) => {
  const work = await one.prepare()
  const attempts: Record<string, Attempt> = {}
  for (const login of loginRoles) {
    attempts[login] = await attack({ stores, login, organization: world.organization }, work)
  }
  const expected = loginRoles.map((login) => [login, one.refusals[login] ?? deniedOn(one.table)])
  expect(attempts).toEqual(Object.fromEntries(expected))
})
