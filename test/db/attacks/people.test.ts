import type { PoolClient } from 'pg'
import { beforeEach, describe, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import { attack, deniedOn, refusedBy } from './attack.ts'
import { as, newWorld, policyOf, policySteps, type World } from './fixture.ts'
import { beginAs, type Isolation, type Session } from './session.ts'

const stores = await openStores()
let world: World

beforeEach(async () => {
  world = await newWorld(stores)
})

const asking = (work: (session: Session) => Promise<unknown>) =>
  attack({ stores, login: 'api', organization: world.organization }, work)

const review = policySteps[0]

describe('a policy', () => {
  const bytes = (document: object) => Buffer.from(JSON.stringify(document))

  test.each([
    ['has only a review', policyOf([review])],
    ['has no step', policyOf([])],
    ['wants approval by nobody', policyOf([{ ...policySteps[1], approvals: 0 }])],
    ['wants approval by an unknown number', policyOf([{ name: 'approval', kind: 'approval', groups: [] }])],
    ['wants approval by a machine', policyOf([{ ...policySteps[1], kind: 'external' }])],
    ['has no rule', bytes({ rules: [] })],
    ['has no rules', bytes({})],
    ['has a second rule without approval', bytes({ rules: [{ steps: policySteps }, { steps: [review] }] })],
  ])('is refused when it %s', async (_, document) => {
    const { production: environment, owner: proposed_by } = world
    const trying = asking((session) =>
      session.put('policy', { environment, version: 2, document, proposed_by }),
    )
    expect(await trying).toEqual(refusedBy('23514', 'policy_requires_an_approval'))
  })

  const publicKey = 'A'.repeat(43)
  test.each([
    ['without its key', { kind: 'external', name: 'ticket' }],
    ['with what is no key', { kind: 'external', name: 'ticket', publicKey: 'any' }],
    ['with people beside its key', { kind: 'external', name: 'ticket', publicKey, approvals: 1 }],
    ['with groups beside its key', { kind: 'external', name: 'ticket', publicKey, groups: ['approvers'] }],
    ['as an approval', { ...policySteps[1], publicKey }],
  ])('is refused when it names a system %s', async (_, step) => {
    const { production: environment, owner: proposed_by } = world
    const document = policyOf([step, policySteps[1]])
    for (const [table, more] of [
      ['policy', {}],
      ['policy_proposal', { number: 1 }],
    ] as const) {
      const trying = asking((session) =>
        session.put(table, { environment, version: 2, document, proposed_by, ...more }),
      )
      expect([table, await trying]).toEqual([table, refusedBy('23514', 'policy_waits_for_known_systems')])
    }
  })

  test('is not replaced under a version that exists', async () => {
    const { production: environment, owner: proposed_by } = world
    const document = policyOf(policySteps)
    const trying = asking((session) =>
      session.put('policy', { environment, version: 1, document, proposed_by }),
    )
    expect(await trying).toEqual(refusedBy('23505', 'policy_pkey'))
  })
})

describe('the last owner', () => {
  const keepsOne = refusedBy('23514', 'organization_keeps_an_owner')

  test.each([
    ['leaves', 'DELETE FROM organization_member WHERE person = $1'],
    ['is made a member', "UPDATE organization_member SET role = 'member' WHERE person = $1"],
    ['is deactivated', 'UPDATE person SET active = false WHERE id = $1'],
  ])('never %s', async (_, text) => {
    expect(await asking((session) => session.query(text, [world.owner]))).toEqual(keepsOne)
  })

  test('does not leave to an owner who is deactivated', async () => {
    const trying = asking(async (session) => {
      await session.query("UPDATE organization_member SET role = 'owner' WHERE person = $1", [
        world.deactivated,
      ])
      await session.query('DELETE FROM organization_member WHERE person = $1', [world.owner])
    })
    expect(await trying).toEqual(keepsOne)
  })

  /** Two owners leave at the same moment. Gives why each could not, or that they did, and how many owners are left. */
  async function twoLeave(isolation: Isolation) {
    await as(world, 'api', (session) =>
      session.query("UPDATE organization_member SET role = 'owner' WHERE person = $1", [world.approverOne]),
    )
    const leaving = [world.owner, world.approverOne].map(async (person) => {
      const { client, session } = await open(isolation)
      await session.query('DELETE FROM organization_member WHERE person = $1', [person])
      return client
    })
    const clients = await Promise.all(leaving)
    const commits = clients.map((client) =>
      client.query('COMMIT').then(
        () => 'left',
        (error) => error.constraint ?? error.code,
      ),
    )
    const outcomes = (await Promise.all(commits)).toSorted()
    for (const client of clients) client.release(true)
    const owners = await as(world, 'api', (session) =>
      session.query("SELECT FROM organization_member WHERE role = 'owner'"),
    )
    return { outcomes, owners: owners.length }
  }

  test('is one of two who leave at once', async () => {
    const outcomes = ['left', 'organization_keeps_an_owner']
    expect(await twoLeave('read committed')).toEqual({ outcomes, owners: 1 })
  })

  test.each(['repeatable read', 'serializable'] as const)(
    'is not looked for in a snapshot: neither of two leaves under %s',
    async (isolation) => {
      expect(await twoLeave(isolation)).toEqual({ outcomes: ['25000', '25000'], owners: 2 })
    },
  )
})

describe('an actor', () => {
  test('is a human or a service account, never both', async () => {
    const { serviceAccount: id, owner } = world
    expect(await asking((session) => session.put('person', { id, name: 'Nobody' }))).toEqual(
      refusedBy('23503', 'person_organization_id_kind_fkey'),
    )
    const account = { id: world.outsider, name: 'Pipeline', owner }
    expect(await asking((session) => session.put('service_account', account))).toEqual(
      refusedBy('23503', 'service_account_organization_id_kind_fkey'),
    )
  })

  test.each([
    [
      'member',
      'organization_member',
      { role: 'owner', auditor: false },
      'organization_member_organization_person_fkey',
    ],
    [
      'member of a group',
      'approver_group_member',
      { approver_group: 'approvers' },
      'approver_group_member_organization_person_fkey',
    ],
  ])('that is a service account is no %s', async (_, table, row, constraint) => {
    const trying = asking((session) => session.put(table, { ...row, person: world.serviceAccount }))
    expect(await trying).toEqual(refusedBy('23503', constraint))
  })

  test('is not renamed, moved or revived by a worker', async () => {
    for (const login of ['worker_control', 'worker_production', 'auditor'] as const) {
      const trying = attack({ stores, login, organization: world.organization }, (session) =>
        session.query('UPDATE person SET active = true'),
      )
      expect(await trying).toEqual(deniedOn('person'))
    }
  })
})

async function open(
  isolation: Isolation,
): Promise<{ readonly client: PoolClient; readonly session: Session }> {
  const client = await stores.pool('control', 'api').pool.connect()
  const session = await beginAs(client, { stores, login: 'api', organization: world.organization, isolation })
  return { client, session }
}
