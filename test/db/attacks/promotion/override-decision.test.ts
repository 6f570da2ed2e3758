import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openStores } from '../../../support/stores.ts'
import { askToDecide, decisionRow } from '../approval.ts'
import { attack, refusedBy } from '../attack.ts'
import { newWorld, type PersonName, type World } from '../fixture.ts'
import { type Planned, plannedPromotion } from '../story.ts'

const stores = await openStores()
let world: World
let planned: Planned

beforeAll(async () => {
  world = await newWorld(stores)
})

beforeEach(async () => {
  planned = await plannedPromotion(world)
})

const restsOnNothing = refusedBy('23514', 'decision_rests_on_its_command')

/** A verdict to override, on a command of some kind that its person gave. */
async function overriding(
  login: 'worker_control' | 'superuser',
  name: PersonName,
  { asked = 'override', verdict = 'override' }: { asked?: 'decide' | 'override'; verdict?: string } = {},
) {
  const command = await askToDecide(planned, world[name], asked)
  const row = { ...decisionRow(planned, world[name], 1, command), verdict }
  return attack({ stores, login, organization: world.organization }, (session) =>
    session.put('decision', row),
  )
}

describe.each(['worker_control', 'superuser'] as const)('with the rights of %s', (login) => {
  test.each(['requester', 'editor'] as const)(
    'nobody who contributed overrides: not the %s',
    async (name) => {
      expect(await overriding(login, name)).toEqual(refusedBy('23514', 'contributor_may_not_decide'))
    },
  )

  test('nobody overrides by having asked to decide', async () => {
    expect(await overriding(login, 'approverOne', { asked: 'decide' })).toEqual(restsOnNothing)
  })

  test('nobody approves by having asked to override', async () => {
    expect(await overriding(login, 'approverOne', { verdict: 'approve' })).toEqual(restsOnNothing)
  })
})
