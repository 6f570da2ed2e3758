import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LoginRole } from '../../../../src/db/rights/right.ts'
import type { PersonId } from '../../../../src/domain/identifiers.ts'
import { openStores } from '../../../support/stores.ts'
import { attack, deniedOn, refusedBy } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import { type Planned, plannedPromotion, putCommand } from '../story.ts'

const stores = await openStores()
let world: World
let planned: Planned
let other: Planned

beforeAll(async () => {
  world = await newWorld(stores)
})

beforeEach(async () => {
  planned = await plannedPromotion(world)
  other = await plannedPromotion(world)
})

/** Somebody asks something of a promotion with their own key. */
function asking(kind: string, { id: stream }: Planned, person = world.requester): Promise<string> {
  return as(world, 'api', (session) => putCommand(session, person, { kind, stream }))
}

function resubmitting(login: LoginRole | 'superuser', command: string, person: PersonId = world.requester) {
  return attack({ stores, login, organization: world.organization }, async (session) => {
    const [asked] = await session.query('SELECT request FROM promotion WHERE id = $1', [planned.id])
    const of = { promotion: planned.id, revision: 2, person, command, reason_text: world.text }
    await session.put('promotion_resubmission', { ...of, request: asked?.request })
  })
}

const nobodyAsked = refusedBy('23514', 'resubmission_rests_on_its_command')

describe.each(['worker_control', 'superuser'] as const)('with the rights of %s', (login) => {
  test('a resubmission that its person asked for is recorded', async () => {
    const command = await asking('resubmit', planned)
    expect(await resubmitting(login, command)).toMatchObject({ outcome: 'accepted', changed: true })
  })

  test('one that nobody commanded is not', async () => {
    expect(await resubmitting(login, world.text)).toEqual(nobodyAsked)
  })

  test('one of another promotion is not', async () => {
    expect(await resubmitting(login, await asking('resubmit', other))).toEqual(nobodyAsked)
  })

  test('what was asked as something else is none', async () => {
    expect(await resubmitting(login, await asking('withdraw', planned))).toEqual(nobodyAsked)
  })

  test('nobody else becomes its contributor than who asked', async () => {
    const command = await asking('resubmit', planned)
    expect(await resubmitting(login, command, world.outsider)).toEqual(
      refusedBy('23503', 'promotion_resubmission_organization_command_person_fkey'),
    )
  })
})

test.each(['api', 'worker_staging', 'worker_development', 'worker_production', 'signer', 'auditor'] as const)(
  '%s records no resubmission',
  async (login) => {
    const command = await asking('resubmit', planned)
    const row = {
      promotion: planned.id,
      revision: 2,
      person: world.requester,
      command,
      reason_text: world.text,
    }
    const trying = attack({ stores, login, organization: world.organization }, (session) =>
      session.put('promotion_resubmission', { ...row, request: Buffer.alloc(32) }),
    )
    expect(await trying).toEqual(deniedOn('promotion_resubmission'))
  },
)
