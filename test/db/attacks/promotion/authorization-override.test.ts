import { beforeAll, describe, expect, test } from 'vitest'
import { openStores } from '../../../support/stores.ts'
import { approvedPromotion, authorizing, decideOn, withdraw } from '../approval.ts'
import { refusedBy } from '../attack.ts'
import { newWorld, type World } from '../fixture.ts'
import { plannedPromotion } from '../story.ts'

const stores = await openStores()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

const notOneOverride = refusedBy('23514', 'authorization_needs_its_override')

describe('an override', () => {
  test('is not two people’s', async () => {
    const planned = await plannedPromotion(world)
    for (const person of [world.approverOne, world.approverTwo]) {
      await decideOn(planned, person, 1, { verdict: 'override' })
    }
    expect(await authorizing(planned, { kind: 'override' })).toEqual(notOneOverride)
  })

  test('is not nobody’s, however many approved', async () => {
    expect(await authorizing(await approvedPromotion(world), { kind: 'override' })).toEqual(notOneOverride)
  })

  test('is not a deactivated person’s', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.deactivated, 1, { verdict: 'override' })
    expect(await authorizing(planned, { kind: 'override' })).toEqual(notOneOverride)
  })

  test('is not one person’s while a deactivated person’s stands beside it', async () => {
    const planned = await plannedPromotion(world)
    for (const person of [world.approverOne, world.deactivated]) {
      await decideOn(planned, person, 1, { verdict: 'override' })
    }
    expect(await authorizing(planned, { kind: 'override' })).toEqual(notOneOverride)
  })

  test('is not a person’s who withdrew it', async () => {
    const planned = await plannedPromotion(world)
    await withdraw(world, await decideOn(planned, world.approverOne, 1, { verdict: 'override' }))
    expect(await authorizing(planned, { kind: 'override' })).toEqual(notOneOverride)
  })

  test('is exactly one person’s', async () => {
    const planned = await plannedPromotion(world)
    await decideOn(planned, world.approverOne, 1, { verdict: 'override' })
    expect(await authorizing(planned, { kind: 'override' })).toMatchObject({
      outcome: 'accepted',
      changed: true,
    })
  })
})
