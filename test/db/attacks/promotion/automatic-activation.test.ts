import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { landsOff } from '../../../../src/domain/asset/landing.ts'
import { builtInAssetTypes } from '../../../../src/domain/asset/registry.ts'
import type { Plan } from '../../../../src/domain/plan/plan.ts'
import { refusalOfConstraint } from '../../../../src/services/stories/constraint-refusals.ts'
import { canonicalBytes } from '../../../../src/trust/canonical.ts'
import { openStores } from '../../../support/stores.ts'
import { authorize, decideOn, receive } from '../approval.ts'
import { attack, deniedOn, refusedBy, tryAs } from '../attack.ts'
import { as, newWorld, policyOf, policySteps, type World } from '../fixture.ts'
import { daily, freezeAs, freezeRow, liftBy, switchRow } from '../freezes/freeze-rows.ts'
import {
  freeze,
  type Planned,
  type Promotion,
  planOf,
  planPromotion,
  putCommand,
  putPlan,
  putRenderedContent,
  requestPromotion,
  rowsOf,
} from '../story.ts'

const stores = await openStores()
let world: World

const validation = { checklist: ['One order goes through'], soak: 'P2D' }
const accepted = { outcome: 'accepted', changed: true }

beforeEach(async () => {
  world = await newWorld(stores)
  await putPolicy(2, { activation: 'automatic' })
  await putPolicy(3, { activation: 'automatic', validation })
  await putPolicy(4, { activation: 'manual' })
})

function putPolicy(version: number, terms: object): Promise<void> {
  const { production: environment, owner: proposed_by } = world
  const document = policyOf(policySteps, terms)
  return as(world, 'api', (session) => session.put('policy', { environment, version, document, proposed_by }))
}

async function frozenPromotion(policyVersion: number, type?: string): Promise<Promotion> {
  return freeze(await requestPromotion(world, policyVersion, type))
}

function planBy(promotion: Promotion, version: number, more: Partial<Plan>): Plan {
  return { ...planOf(promotion), policy: { version, rule: 1 }, ...more }
}

/** Control's worker tries to store a plan that says this, for a promotion routed by that policy. */
async function planning(version: number, more: Partial<Plan>, login: 'worker_control' | 'superuser') {
  const promotion = await frozenPromotion(version)
  const rows = rowsOf(planBy(promotion, version, more))
  await as(world, 'worker_control', (session) => putRenderedContent(session, promotion))
  return attack({ stores, login, organization: world.organization }, (session) => putPlan(session, rows))
}

const bothWriters = ['worker_control', 'superuser'] as const

describe.each(bothWriters)('no plan is stored, by %s,', (login) => {
  test.each([
    ['that is activated automatically where its rule says nothing', 1, { activation: 'automatic' }],
    ['that is activated automatically where its rule says manual', 4, { activation: 'automatic' }],
    ['that is activated by hand where its rule says automatic', 2, { activation: 'manual' }],
    ['that is activated in a way that nobody knows', 1, { activation: 'at once' }],
  ] as const)('%s', async (_, version, more) => {
    expect(await planning(version, more as Partial<Plan>, login)).toEqual(
      refusedBy('23514', 'activation_matches_policy'),
    )
  })

  test.each([
    ['that is validated where its rule asks for nothing', 2, { validation }],
    ['that is not validated as its rule asks', 3, {}],
    ['that is validated by fewer lines', 3, { validation: { ...validation, checklist: [] } }],
    ['that soaks for a shorter time', 3, { validation: { ...validation, soak: 'PT1S' } }],
    ['whose validation is null', 2, { validation: null }],
  ] as const)('%s', async (_, version, more) => {
    const plan = { activation: 'automatic', ...more } as unknown as Partial<Plan>
    expect(await planning(version, plan, login)).toEqual(refusedBy('23514', 'validation_matches_policy'))
  })
})

test.each([
  ['as its rule says: automatic', 2, { activation: 'automatic' }],
  ['as its rule says: automatic and validated', 3, { activation: 'automatic', validation }],
  ['as its rule says: manual', 4, { activation: 'manual' }],
] as const)('a plan is stored that goes on %s', async (_, version, more) => {
  expect(await planning(version, more as Partial<Plan>, 'worker_control')).toMatchObject(accepted)
})

interface Landed {
  readonly version?: number
  readonly type?: string
  readonly receipts?: boolean
  readonly rollout?: boolean
}

/** A promotion that landed, and whose rollout waits for its activation. */
async function landed({ version = 2, type, receipts = true, rollout = true }: Landed = {}): Promise<Planned> {
  const promotion = await frozenPromotion(version, type)
  const activation = version === 2 || version === 3 ? 'automatic' : 'manual'
  const planned = await planPromotion(promotion, planBy(promotion, version, { activation }))
  await decideOn(planned, world.approverOne, 1)
  await decideOn(planned, world.approverTwo, 2)
  await authorize(planned)
  if (receipts) await receive(planned)
  if (rollout) {
    await as(world, 'worker_control', (session) => session.put('rollout', { id: planned.id, revision: 1 }))
  }
  return planned
}

const grantOf = ({ id }: Planned, more: object = {}) => ({
  promotion: id,
  revision: 1,
  purpose: 'activate',
  entry: uuidv7(),
  ...more,
})

function granting(row: object, login: 'worker_control' | 'superuser' = 'worker_control') {
  return attack({ stores, login, organization: world.organization }, (session) =>
    session.put('production_grant', row as never),
  )
}

function asked(planned: Planned, change: { kind?: string; stream?: string; streamKind?: string } = {}) {
  const command = { kind: 'activate', streamKind: 'rollout', stream: planned.id, ...change }
  return as(world, 'api', (session) => putCommand(session, world.approverOne, command))
}

const asSigned = refusedBy('23514', 'automatic_activation_as_signed')
const ofNothingOff = refusedBy('23514', 'automatic_activation_of_nothing_landing_off')
const ofLanded = refusedBy('23514', 'automatic_activation_of_what_landed')
const whileFrozen = refusedBy('23514', 'automatic_activation_while_frozen')

describe.each(bothWriters)('production is let activate without a person, by %s,', (login) => {
  test('where the signed plan says so, and the database tells that it was the plan', async () => {
    const planned = await landed()
    expect(await granting(grantOf(planned), login)).toMatchObject(accepted)
    const { rows } = await stores
      .superuser('control')
      .query("SELECT basis, command FROM production_grant WHERE promotion = $1 AND purpose = 'activate'", [
        planned.id,
      ])
    expect(rows).toEqual([{ basis: 'plan', command: null }])
  })

  test('never where the signed plan says manual', async () => {
    for (const version of [1, 4]) {
      expect(await granting(grantOf(await landed({ version })), login)).toEqual(asSigned)
    }
  })

  test.each(['automation', 'webhookSubscription'])('never where an item is of the type %s', async (type) => {
    expect(await granting(grantOf(await landed({ type })), login)).toEqual(ofNothingOff)
  })

  test('never before all of it has landed and its rollout waits', async () => {
    for (const without of [{ receipts: false }, { rollout: false }]) {
      expect(await granting(grantOf(await landed(without)), login)).toEqual(ofLanded)
    }
  })

  test('never while the organization or the destination is frozen', async () => {
    const planned = await landed()
    const all = await freezeAs(world, 'organization_freeze', switchRow(world))
    expect(await granting(grantOf(planned), login)).toEqual(whileFrozen)
    await liftBy(world, 'organization_freeze', all)
    const one = await freezeAs(world, 'environment_freeze', freezeRow(world))
    expect(await granting(grantOf(planned), login)).toEqual(whileFrozen)
    await liftBy(world, 'environment_freeze', one)
    // Which hours a recurring one means takes a calendar, which `record` asks.
    await freezeAs(world, 'environment_freeze', freezeRow(world, daily))
    expect(await granting(grantOf(planned), login)).toMatchObject(accepted)
  })

  test('never by saying that a person asked who did not', async () => {
    const planned = await landed()
    const other = await landed({ version: 1 })
    const commands = [
      uuidv7(),
      await asked(planned, { kind: 'decide', streamKind: 'promotion' }),
      await asked(planned, { streamKind: 'promotion' }),
      await asked(other),
    ]
    for (const command of commands) {
      expect(await granting(grantOf(planned, { command }), login)).toEqual(
        refusedBy('23514', 'activation_rests_on_its_command'),
      )
    }
  })
})

test('a type of the organization’s own is left to people as long as its newest version lands off', async () => {
  const put = (version: number, landsAs: readonly object[]) =>
    as(world, 'api', (session) =>
      session.put('asset_type', {
        name: 'watcher',
        version,
        definition: canonicalBytes({ landsAs } as never),
        created_by: world.owner,
      }),
    )
  const planned = await landed({ type: 'watcher' })
  await put(1, [])
  await put(2, [{ pointer: '/enabled', value: false }])
  expect(await granting(grantOf(planned))).toEqual(ofNothingOff)
  await put(3, [])
  expect(await granting(grantOf(planned))).toMatchObject(accepted)
})

test('the database knows the built-in types that land off as the registry does', async () => {
  const { rows } = await stores
    .superuser('control')
    .query<{ name: string }>('SELECT name FROM unnest($1::text[]) AS name WHERE lands_off($2, name)', [
      builtInAssetTypes.map(({ name }) => name),
      uuidv7(),
    ])
  expect(rows.map(({ name }) => name)).toEqual(builtInAssetTypes.filter(landsOff).map(({ name }) => name))
})

describe('a person activates all the same', () => {
  test('what the plan leaves to people, what lands off, and while it is frozen', async () => {
    const [manual, hooked] = [await landed({ version: 4 }), await landed({ type: 'automation' })]
    await freezeAs(world, 'organization_freeze', switchRow(world))
    for (const planned of [manual, hooked]) {
      const command = await asked(planned)
      expect(await granting(grantOf(planned, { command }))).toMatchObject(accepted)
      const { rows } = await stores
        .superuser('control')
        .query("SELECT basis FROM production_grant WHERE promotion = $1 AND purpose = 'activate'", [
          planned.id,
        ])
      expect(rows).toEqual([{ basis: 'person' }])
    }
  })

  test('but not with a key that is revoked', async () => {
    const planned = await landed()
    const command = await asked(planned)
    await as(world, 'api', (session) =>
      session.query('UPDATE api_key SET revoked_at = clock_timestamp() WHERE id = $1', [world.approverOne]),
    )
    expect(await granting(grantOf(planned, { command }))).toEqual(
      refusedBy('23514', 'asked_with_a_standing_key'),
    )
  })

  test('and only what is to be activated is asked for by a command', async () => {
    const planned = await landed()
    const command = await asked(planned)
    expect(await granting(grantOf(planned, { purpose: 'discard', command }))).toEqual(
      refusedBy('23514', 'activation_rests_on_its_command'),
    )
  })
})

describe('nobody writes what an activation rests on', () => {
  test('control’s worker may not say it', async () => {
    const planned = await landed()
    const command = await asked(planned)
    expect(await granting(grantOf(planned, { command, basis: 'plan' }))).toEqual(deniedOn('production_grant'))
  })

  test('a superuser who says otherwise is not believed', async () => {
    const planned = await landed()
    await tryAs({ stores, login: 'superuser', organization: world.organization }, (session) =>
      session.put('production_grant', grantOf(planned, { basis: 'person' })),
    )
    const { rows } = await stores
      .superuser('control')
      .query("SELECT basis FROM production_grant WHERE promotion = $1 AND purpose = 'activate'", [planned.id])
    expect(rows).toEqual([{ basis: 'plan' }])
  })

  test.each([
    'api',
    'worker_staging',
    'worker_development',
    'worker_production',
    'signer',
    'auditor',
  ] as const)('%s grants nothing', async (login) => {
    const planned = await landed()
    const trying = attack({ stores, login, organization: world.organization }, (session) =>
      session.put('production_grant', grantOf(planned)),
    )
    expect(await trying).toEqual(deniedOn('production_grant'))
  })
})

describe('production’s worker', () => {
  const seen = (planned: Planned) =>
    as(world, 'worker_production', (session) =>
      session.query(
        "SELECT position, basis, person FROM authorized_item WHERE promotion = $1 AND purpose = 'activate' ORDER BY 1",
        [planned.id],
      ),
    )

  async function grantedWith(entryType: string): Promise<Planned> {
    const planned = await landed()
    const entry = uuidv7()
    await as(world, 'worker_control', async (session) => {
      await session.put('production_grant', grantOf(planned, { entry }))
      for (const { position, target: target_asset } of planned.items) {
        const of = { promotion: planned.id, revision: 1, purpose: 'activate' }
        await session.put('production_grant_fence', { ...of, position, target_asset, fence: 2 })
      }
      await session.append(entryType, `promotion/${planned.id}`, {}, entry)
    })
    return planned
  }

  test('sees what the plan lets it activate by an entry that says so', async () => {
    const planned = await grantedWith('rollout.activation-authorized-by-plan')
    expect(await seen(planned)).toEqual(
      [1, 2].map((position) => ({ position, basis: 'plan', person: world.requester })),
    )
  })

  test('sees nothing of it by an entry that says that a person allowed it', async () => {
    expect(await seen(await grantedWith('rollout.activation-authorized'))).toEqual([])
  })
})

describe.each(bothWriters)('no rollout is said to be in use, or on its way, by %s', (login) => {
  test.each(['activating', 'active'])('that production may not activate: %s', async (state) => {
    const planned = await landed()
    const trying = attack({ stores, login, organization: world.organization }, (session) =>
      session.query('UPDATE rollout SET state = $2 WHERE id = $1', [planned.id, state]),
    )
    expect(await trying).toEqual(refusedBy('23514', 'rollout_advances_by_its_grant'))
  })
})

test('what the database refuses of it is told as a refusal, whoever forgot to ask before', async () => {
  const tries = [
    [await landed({ version: 1 }), 'forbidden'],
    [await landed({ type: 'automation' }), 'forbidden'],
    [await landed({ rollout: false }), 'illegal-state'],
  ] as const
  const codeOf = async (planned: Planned) => {
    const trying = as(world, 'worker_control', (session) => session.put('production_grant', grantOf(planned)))
    return refusalOfConstraint(await trying.catch((raised: unknown) => raised))
  }
  for (const [planned, code] of tries) expect(await codeOf(planned)).toMatchObject({ kind: 'refused', code })
  const planned = await landed()
  await freezeAs(world, 'organization_freeze', switchRow(world))
  expect(await codeOf(planned)).toMatchObject({ kind: 'refused', code: 'frozen' })
})
