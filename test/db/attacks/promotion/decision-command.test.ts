import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PersonId } from '../../../../src/domain/identifiers.ts'
import { openStores } from '../../../support/stores.ts'
import { askToDecide, decisionRow } from '../approval.ts'
import { attack, refusedBy } from '../attack.ts'
import { as, newWorld, type PersonName, type World } from '../fixture.ts'
import type { Row } from '../session.ts'
import { type Planned, plannedPromotion, putCommand } from '../story.ts'

const stores = await openStores()
let world: World
let planned: Planned

beforeAll(async () => {
  world = await newWorld(stores)
})

beforeEach(async () => {
  planned = await plannedPromotion(world)
})

function deciding(row: Row, login: 'worker_control' | 'superuser' = 'worker_control') {
  return attack({ stores, login, organization: world.organization }, (session) =>
    session.put('decision', row),
  )
}

const restsOnNothing = refusedBy('23514', 'decision_rests_on_its_command')
const inAnotherName = refusedBy('23503', 'decision_organization_command_person_fkey')

async function honest(person: PersonName, step = 1): Promise<Row> {
  return decisionRow(planned, world[person], step, await askToDecide(planned, world[person]))
}

/** Somebody asks, with their own key, to decide in a person's name. */
function asking({ person, actor }: { readonly person: PersonId; readonly actor: string }): Promise<string> {
  return as(world, 'api', (session) =>
    putCommand(session, person, { kind: 'decide', stream: planned.id, actor }),
  )
}

describe.each(['worker_control', 'superuser'] as const)('with the rights of %s', (login) => {
  test('nobody signs with what somebody else asked', async () => {
    const row = { ...(await honest('approverOne')), person: world.outsider }
    expect(await deciding(row, login)).toEqual(restsOnNothing)
  })

  test('nobody signs with what they asked in somebody else’s name', async () => {
    const command = await asking({ person: world.approverOne, actor: world.outsider })
    for (const [person, because] of [
      [world.outsider, inAnotherName],
      [world.approverOne, restsOnNothing],
    ] as const) {
      expect(await deciding(decisionRow(planned, person, 1, command), login)).toEqual(because)
    }
  })

  test('nobody signs without having asked', async () => {
    expect(await deciding({ ...(await honest('approverOne')), command: world.text }, login)).toEqual(
      restsOnNothing,
    )
  })

  test('a service account does not sign', async () => {
    const ofTheOwner = { ...(await honest('approverOne')), person: world.serviceAccount }
    expect(await deciding(ofTheOwner, login)).toEqual(restsOnNothing)
    const command = await asking({ person: world.approverOne, actor: world.serviceAccount })
    expect(await deciding({ ...ofTheOwner, command }, login)).toEqual(inAnotherName)
  })

  test.each([
    ['override', 'decide'],
    ['approve', 'override'],
    ['reject', 'override'],
    ['request-changes', 'override'],
  ] as const)('a verdict to %s does not rest on a command to %s', async (verdict, kind) => {
    const command = await askToDecide(planned, world.approverOne, kind)
    const row = { ...decisionRow(planned, world.approverOne, 1, command), verdict }
    expect(await deciding(row, login)).toEqual(restsOnNothing)
  })
})

test('a service account cannot even ask', async () => {
  const trying = attack({ stores, login: 'api', organization: world.organization }, (session) =>
    putCommand(session, world.serviceAccount, { kind: 'decide', stream: planned.id }),
  )
  expect(await trying).toEqual(refusedBy('23503', 'command_organization_person_fkey'))
})

test('what a person asked through their service account is no signature of theirs', async () => {
  const { approverOne, serviceAccount: actor } = world
  const command = await asking({ person: approverOne, actor })
  expect(await deciding(decisionRow(planned, approverOne, 1, command))).toEqual(restsOnNothing)
})

test.each([
  ['about another promotion', 'decide', 'promotion'],
  ['of another kind', 'withdraw', 'promotion'],
  ['about a rollout', 'decide', 'rollout'],
])('what a person asked %s is no signature on this plan', async (name, kind, streamKind) => {
  const { approverOne } = world
  const stream = name === 'about another promotion' ? (await plannedPromotion(world)).id : planned.id
  const command = await as(world, 'api', (session) =>
    putCommand(session, approverOne, { kind, stream, streamKind }),
  )
  expect(await deciding(decisionRow(planned, approverOne, 1, command))).toEqual(restsOnNothing)
})

test('one command signs one step, not two', async () => {
  const command = await askToDecide(planned, world.approverOne)
  await as(world, 'worker_control', (session) =>
    session.put('decision', decisionRow(planned, world.approverOne, 1, command)),
  )
  expect(await deciding(decisionRow(planned, world.approverOne, 2, command))).toEqual(
    refusedBy('23505', 'decision_organization_command_key'),
  )
})
