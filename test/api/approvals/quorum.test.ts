import { describe, expect, test } from 'vitest'
import { openDeployment } from '../../support/deployment.ts'
import { setPolicy } from '../../support/policies.ts'
import { inOneHour, type Name, openRoom, type Promotion, refusal, ruleWith, step } from './approving.ts'

const api = await openDeployment()
const later = () => ({ notBefore: inOneHour() })

/** A room whose production names people, which takes their ids and a second administrator. */
async function roomNaming(steps: (idOf: (name: Name) => string) => readonly object[]) {
  const room = await openRoom(api)
  const { people, organization } = room
  await room.administer('PUT', `/v1/organizations/${organization.id}/members/${people.erik.id}`, {
    role: 'admin',
  })
  const rule = { ...ruleWith({}), steps: steps((name) => people[name].id) }
  await setPolicy(api, room.environments.production, { rules: [rule] }, [people.owner, people.erik])
  return room
}

describe('steps', () => {
  const inOrder = { steps: [step(1, { name: 'review', kind: 'review' as const }), step(1)] }

  test('are signed in their order: none is signed ahead, none again once it is over', async () => {
    const { ask, act, approve, read, reach } = await openRoom(api, inOrder)
    const asked = await ask(later())
    expect(asked.state).toBe('in_review')
    const signing = (name: Name, position: number) =>
      act(name, asked, 'decisions', {
        body: { verdict: 'approve', comment: '', step: position },
        headers: { 'If-Match': `"${asked.planDigest}"` },
      })
    expect(await refusal(signing('anna', 2))).toEqual([409, 'illegal-state'])
    expect((await signing('anna', 1)).status).toBe(201)
    expect((await read(asked)).steps.map(({ state }) => state)).toEqual(['completed', 'open'])
    expect(await refusal(signing('ben', 1))).toEqual([409, 'illegal-state'])
    await approve(asked, 'ben')
    await reach(asked, 'scheduled')
  })

  test('take one person each, unless the policy lets one serve several', async () => {
    const { ask, approve, vote } = await openRoom(api, inOrder)
    const asked = await ask(later())
    await approve(asked, 'anna')
    expect(await refusal(vote('anna', asked))).toEqual([409, 'already-decided'])
    const lenient = await openRoom(api, { ...inOrder, severalSteps: true })
    const other = await lenient.ask(later())
    await lenient.approve(other, 'anna', 'anna')
    const { decisions } = await lenient.reach(other, 'scheduled')
    expect(decisions.map((one) => [one.person, one.step])).toEqual([
      [lenient.people.anna.id, 1],
      [lenient.people.anna.id, 2],
    ])
  })

  test('take each vote of one who may serve several once', async () => {
    const { ask, approve, vote } = await openRoom(api, { steps: [step(2), step(1)], severalSteps: true })
    const asked = await ask(later())
    await approve(asked, 'anna')
    expect(await refusal(vote('anna', asked))).toEqual([409, 'already-decided'])
  })

  test('let who took a vote back in one sign another', async () => {
    const { ask, approve, read, takeBack, reach, people } = await openRoom(api, {
      steps: [step(2, { name: 'review', kind: 'review' }), step(1)],
    })
    const asked = await ask(later())
    await approve(asked, 'anna')
    const [given] = (await read(asked)).decisions
    if (given === undefined) throw new TypeError('a vote')
    expect((await takeBack('anna', asked, given)).status).toBe(200)
    await approve(asked, 'ben', 'carl', 'anna')
    const { decisions } = await reach(asked, 'scheduled')
    const ofAnna = decisions.filter(({ person }) => person === people.anna.id)
    expect(ofAnna.map((one) => [one.step, one.withdrawnAt === null])).toEqual([
      [1, false],
      [2, true],
    ])
  })

  test('with several groups are signed by members of any of them', async () => {
    const { ask, approve, vote, reach } = await openRoom(api, {
      steps: [step(2, { groups: ['physicians', 'rescuers'] })],
    })
    const asked = await ask(later())
    expect(await refusal(vote('ben', asked))).toEqual([403, 'not-eligible'])
    await approve(asked, 'carl', 'dora')
    await reach(asked, 'scheduled')
  })

  test('that want one of a group among the signers wait for one, however many others sign', async () => {
    const { ask, approve, read, reach } = await openRoom(api, {
      steps: [step(2, { atLeastOneOf: ['physicians'] })],
    })
    const asked = await ask(later())
    await approve(asked, 'anna', 'ben')
    expect((await read(asked)).state).toBe('awaiting_approval')
    await approve(asked, 'carl')
    await reach(asked, 'scheduled')
  })
})

test('whom a step names by person signs it without any group, and nobody else does', async () => {
  const { ask, approve, vote, reach } = await roomNaming((idOf) => [
    { name: 'approval', kind: 'approval', approvals: 1, groups: [], people: [idOf('erik')] },
  ])
  const asked = await ask(later())
  expect(asked.policyVersion).toBe(2)
  expect(await refusal(vote('anna', asked))).toEqual([403, 'not-eligible'])
  await approve(asked, 'erik')
  await reach(asked, 'scheduled')
})

test('who is named by person and by group signs once', async () => {
  const { ask, approve, vote, read } = await roomNaming((idOf) => [
    { name: 'approval', kind: 'approval', approvals: 2, groups: ['approvers'], people: [idOf('anna')] },
  ])
  const asked = await ask(later())
  await approve(asked, 'anna')
  expect(await refusal(vote('anna', asked))).toEqual([409, 'already-decided'])
  expect((await read(asked)).state).toBe('awaiting_approval')
})

test('who is in the group but has no role in the destination does not sign', async () => {
  const { ask, vote, takeRole } = await openRoom(api)
  const asked = await ask(later())
  expect((await takeRole('anna')).status).toBe(204)
  expect((await vote('anna', asked)).status).toBeGreaterThanOrEqual(401)
})

test('case 6: what is wanted changes for nobody who asked before: an open request keeps its policy', async () => {
  const { organization, people, environments, ask, approve, administer, read, reach } = await openRoom(api)
  const asked = await ask(later())
  await administer('PUT', `/v1/organizations/${organization.id}/members/${people.erik.id}`, { role: 'admin' })
  const looser = { ...ruleWith({ steps: [step(1, { groups: ['rescuers'] })] }) }
  await setPolicy(api, environments.production, { rules: [looser] }, [people.owner, people.erik])
  await approve(asked, 'anna')
  expect(await read(asked)).toMatchObject({
    state: 'awaiting_approval',
    policyVersion: 1,
  } satisfies Partial<Promotion>)
  await approve(asked, 'ben')
  await reach(asked, 'scheduled')
})
