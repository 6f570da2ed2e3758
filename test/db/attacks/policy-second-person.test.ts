import { beforeEach, describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import { openStores } from '../../support/stores.ts'
import { attack, deniedOn, refusedBy, tryAs } from './attack.ts'
import { as, newWorld, policyOf, policySteps, type World } from './fixture.ts'
import { beginAs, type Session } from './session.ts'

const stores = await openStores()
const document = policyOf(policySteps)
const otherDocument = policyOf([policySteps[1]])
let world: World

const setRole = 'UPDATE organization_member SET role = $2 WHERE person = $1'
const makeAdmin = (person: string, role = 'admin') =>
  as(world, 'api', (session) => session.query(setRole, [person, role]))

beforeEach(async () => {
  world = await newWorld(stores)
})

const asking = (work: (session: Session) => Promise<unknown>) =>
  attack({ stores, login: 'api', organization: world.organization }, work)

const proposal = (more: object = {}) => ({
  environment: world.production,
  version: 2,
  number: 1,
  document,
  proposed_by: world.owner,
  ...more,
})
const propose = (more: object = {}) =>
  as(world, 'api', (session) => session.put('policy_proposal', proposal(more)))

const version = (more: object = {}) => ({
  environment: world.production,
  version: 2,
  document,
  proposed_by: world.owner,
  ...more,
})
const storing = (more: object = {}) => asking((session) => session.put('policy', version(more)))

describe('a version of a policy', () => {
  test('takes a second person as soon as there is one', async () => {
    await makeAdmin(world.approverOne)
    expect(await storing()).toEqual(refusedBy('23514', 'policy_takes_a_second_person'))
    await propose()
    await as(world, 'api', (session) => session.put('policy', version({ confirmed_by: world.approverOne })))
  })

  test('takes none where the only other one is deactivated or no admin', async () => {
    await makeAdmin(world.deactivated)
    await as(world, 'api', (session) => session.put('policy', version()))
  })

  test('is never confirmed by who proposed it', async () => {
    await makeAdmin(world.approverOne)
    await propose()
    expect(await storing({ confirmed_by: world.owner })).toEqual(
      refusedBy('23514', 'policy_takes_two_people'),
    )
  })

  test.each(['outsider', 'approverTwo', 'deactivated', 'serviceAccount'] as const)(
    'is not confirmed by somebody like %s',
    async (name) => {
      await makeAdmin(world.approverOne)
      if (name === 'deactivated') await makeAdmin(world.deactivated)
      await propose()
      expect(await storing({ confirmed_by: world[name] })).toEqual(
        refusedBy('23514', 'policy_is_changed_by_administrators'),
      )
    },
  )

  test('is not set alone by who may not propose', async () => {
    expect(await storing({ proposed_by: world.approverOne })).toEqual(
      refusedBy('23514', 'policy_is_changed_by_administrators'),
    )
  })

  test('is not what a person proposed who may propose no more', async () => {
    await makeAdmin(world.approverOne)
    await makeAdmin(world.approverTwo)
    await propose({ proposed_by: world.approverTwo })
    await makeAdmin(world.approverTwo, 'member')
    const confirmed = { proposed_by: world.approverTwo, confirmed_by: world.approverOne }
    expect(await storing(confirmed)).toEqual(refusedBy('23514', 'policy_is_changed_by_administrators'))
  })

  const notProposed = refusedBy('23514', 'policy_is_what_was_proposed')

  test('is nothing but what was proposed last, by whom it says', async () => {
    await makeAdmin(world.approverOne)
    await makeAdmin(world.approverTwo)
    const confirmed_by = world.approverOne
    expect(await storing({ confirmed_by })).toEqual(notProposed)
    await propose()
    expect(await storing({ confirmed_by, document: otherDocument })).toEqual(notProposed)
    expect(await storing({ confirmed_by, proposed_by: world.approverTwo })).toEqual(notProposed)
    await propose({ number: 2, document: otherDocument })
    expect(await storing({ confirmed_by })).toEqual(notProposed)
    await as(world, 'api', (session) =>
      session.put('policy', version({ confirmed_by, document: otherDocument })),
    )
  })

  test('is not what was proposed more than 30 days ago', async () => {
    await makeAdmin(world.approverOne)
    const old = proposal({ proposed_at: new Date(Date.now() - 31 * 86_400_000) })
    const { organization } = world
    const proposing = await tryAs({ stores, login: 'superuser', organization }, (session) =>
      session.put('policy_proposal', old),
    )
    expect(proposing.outcome).toBe('accepted')
    expect(await storing({ confirmed_by: world.approverOne })).toEqual(notProposed)
  })

  test('waits for a confirmer whose role is being taken, and then does without them', async () => {
    await makeAdmin(world.approverOne)
    await propose()
    const client = await stores.pool('control', 'api').pool.connect()
    const taking = { stores, login: 'api', organization: world.organization } as const
    const session = await beginAs(client, taking)
    await session.query(setRole, [world.approverOne, 'member'])
    const confirming = tryAs(taking, (other) =>
      other.put('policy', version({ confirmed_by: world.approverOne })),
    )
    await client.query('COMMIT')
    client.release()
    expect(await confirming).toMatchObject({
      outcome: 'refused',
      because: 'policy_is_changed_by_administrators',
    })
  })

  test('is not decided in a snapshot that may be old', async () => {
    const speaking = { stores, login: 'api', organization: world.organization } as const
    const trying = tryAs({ ...speaking, isolation: 'serializable' }, (session) =>
      session.put('policy', version()),
    )
    expect(await trying).toMatchObject({ outcome: 'refused', code: '25000' })
  })

  const conditional = canonicalBytes({
    rules: [{ name: 'some', when: { risk: ['low'] }, steps: [...policySteps] as never }],
  })

  test('ends in a rule for every promotion, and so does what is proposed', async () => {
    const refusal = refusedBy('23514', 'policy_takes_every_promotion')
    expect(await storing({ document: conditional })).toEqual(refusal)
    const proposing = (more: object) => asking((session) => session.put('policy_proposal', proposal(more)))
    expect(await proposing({ document: conditional })).toEqual(refusal)
    expect(await proposing({ document: policyOf([policySteps[0]]) })).toEqual(
      refusedBy('23514', 'policy_requires_an_approval'),
    )
  })

  test('has at most 64 KiB', async () => {
    const long = policyOf([{ ...policySteps[1], name: 'n'.repeat(65_536) }])
    expect(await storing({ document: long })).toEqual(refusedBy('23514', 'policy_is_short'))
    const proposing = asking((session) => session.put('policy_proposal', proposal({ document: long })))
    expect(await proposing).toEqual(refusedBy('23514', 'policy_proposal_is_short'))
  })
})

describe('a proposal', () => {
  const trying = (more: object) => asking((session) => session.put('policy_proposal', proposal(more)))

  test('is by an active owner or admin', async () => {
    const refusal = refusedBy('23514', 'policy_is_proposed_by_an_administrator')
    for (const name of ['approverOne', 'outsider', 'deactivated'] as const) {
      expect(await trying({ proposed_by: world[name] })).toEqual(refusal)
    }
  })

  test('is for the version that comes next, and numbered without gaps', async () => {
    const refusal = refusedBy('23514', 'policy_proposal_is_the_next')
    for (const more of [{ version: 1 }, { version: 3 }, { number: 2 }]) {
      expect(await trying(more)).toEqual(refusal)
    }
    await propose()
    expect(await trying({})).toEqual(refusal)
  })

  test('is not dated by who makes it', async () => {
    expect(await trying({ proposed_at: new Date() })).toEqual(deniedOn('policy_proposal'))
  })

  test.each([
    'UPDATE policy_proposal SET number = 2',
    'DELETE FROM policy_proposal',
    'TRUNCATE policy_proposal',
  ])('stays as it is: %s', async (text) => {
    await propose()
    expect(await asking((session) => session.query(text))).toEqual(deniedOn('policy_proposal'))
    const byOwner = attack({ stores, login: 'owner', organization: world.organization }, (session) =>
      session.query(text),
    )
    expect(await byOwner).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
  })

  test.each(['worker_control', 'worker_staging', 'worker_production', 'auditor'] as const)(
    'is not made by %s',
    async (login) => {
      const made = attack({ stores, login, organization: world.organization }, (session) =>
        session.put('policy_proposal', proposal()),
      )
      expect(await made).toEqual(deniedOn('policy_proposal'))
    },
  )

  test('is of the organization that the transaction speaks for', async () => {
    const other = await newWorld(stores)
    const foreign = asking((session) =>
      session.put('policy_proposal', { ...proposal(), organization: other.organization }),
    )
    expect(await foreign).toMatchObject({ outcome: 'refused', changed: false })
  })
})
