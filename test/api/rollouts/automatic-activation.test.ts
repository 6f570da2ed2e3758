import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { rolloutShape } from '../../../src/contract/promotions/rollout.ts'
import type { AssetId } from '../../../src/domain/identifiers.ts'
import { eventually } from '../../faults/support/eventually.ts'
import { holdLock } from '../../faults/support/lock.ts'
import {
  decideAs,
  type FourPeople,
  openDeployment,
  type PromotionAnswer,
  reachState,
} from '../../support/deployment.ts'
import {
  addType,
  ask,
  bundleOf,
  carry,
  edit,
  newTeam,
  policyWith,
  type StagedAsset,
  stage,
  targetOf,
} from '../plans/planning.ts'

const api = await openDeployment()
const { expectStatus, request } = api
const control = api.testStores.superuser('control')

type Rollout = z.output<typeof rolloutShape>

const codes = { values: [{ value: 'A' }] }
const reminder = {
  enabled: true,
  trigger: { eventType: 'appointment.created' },
  actions: [{ kind: 'notify', subject: 'An appointment was made' }],
}
const validation = { checklist: ['One order goes through', 'Nobody is paged'], soak: 'P2D' }
const automatic = policyWith({ activation: 'automatic', manifest: 'info', validation })

interface AuditAnswer {
  readonly data: readonly {
    readonly type: string
    readonly actor: { readonly person?: string; readonly via: string }
    readonly details: Readonly<Record<string, unknown>>
  }[]
}

function rolloutOf({ people }: FourPeople, { id }: PromotionAnswer): Promise<Rollout> {
  return expectStatus<Rollout>(200, `/v1/promotions/${id}/rollout`, { key: people.anna.keys.production })
}

/** Reads the rollout once the plan's turn is over: it is active, or left to people. */
async function settled(organization: FourPeople, promotion: PromotionAnswer): Promise<Rollout> {
  let rollout: Rollout | undefined
  await eventually('the rollout is settled', async () => {
    rollout = await rolloutOf(organization, promotion)
    return rollout.state === 'active' || rollout.state === 'failed' || rollout.leftToPeople.length > 0
  })
  if (rollout === undefined) throw new Error('no rollout was read')
  return rollout
}

function activate({ people }: FourPeople, { id }: PromotionAnswer, seen = '"pending_activation"') {
  return request(`/v1/promotions/${id}/rollout/activate`, {
    key: people.anna.keys.production,
    method: 'POST',
    headers: { 'If-Match': seen },
  })
}

async function activeVersion({ people }: FourPeople, asset: AssetId): Promise<number | null> {
  const { activeVersion } = await expectStatus<{ activeVersion: number | null }>(200, `/v1/assets/${asset}`, {
    key: people.anna.keys.production,
  })
  return activeVersion
}

async function timeline({ people }: FourPeople, { id }: PromotionAnswer): Promise<AuditAnswer['data']> {
  const path = `/v1/promotions/${id}/timeline`
  const { data } = await expectStatus<AuditAnswer>(200, path, { key: people.anna.keys.production })
  return data
}

async function eventsOf({ id }: PromotionAnswer): Promise<readonly string[]> {
  const { rows } = await control.query<{ type: string }>(
    "SELECT type FROM stream_event WHERE stream_kind = 'rollout' AND stream = $1 ORDER BY seq",
    [id],
  )
  return rows.map(({ type }) => type)
}

/** Approves, and freezes once production is about to have landed it. */
async function landFrozen(
  organization: FourPeople,
  assets: readonly StagedAsset[],
  freeze: () => Promise<unknown>,
) {
  const asked = await ask(api, organization, bundleOf(organization, assets))
  const lock = await holdLock(api.testStores.superuser('production'), 'lock table log_entry in share mode')
  try {
    for (const person of [organization.people.anna, organization.people.ben]) {
      expect((await decideAs(api, person, asked)).status).toBe(201)
    }
    await lock.waitedForBy('worker_production')
    await freeze()
  } finally {
    await lock.release()
  }
  return reachState(api, organization, asked, 'promoted')
}

describe('what landed by a plan that says automatic', () => {
  test('is in use without a person, and every log says that the plan is its basis', async () => {
    const organization = await newTeam(api, automatic)
    const staged = await stage(api, organization, 'valueSet', codes)
    const promotion = await carry(api, organization, bundleOf(organization, [staged]))
    const basis = { planDigest: promotion.planDigest, policyVersion: 1, rule: 1 }
    expect(await settled(organization, promotion)).toMatchObject({
      state: 'active',
      activation: 'automatic',
      basis: { by: 'plan', ...basis },
      leftToPeople: [],
      validation,
    })
    expect(await activeVersion(organization, targetOf(promotion, staged))).toBe(1)
    const told = async () => {
      const events = await timeline(organization, promotion)
      return events.filter(({ type }) => type.startsWith('rollout.') || type === 'asset.activated')
    }
    await expect
      .poll(async () => (await told()).map(({ type }) => type))
      .toEqual(['rollout.activation-authorized-by-plan', 'asset.activated', 'rollout.activated'])
    const [authorized, activated] = await told()
    expect(authorized?.actor).toEqual({ via: 'plan' })
    expect(authorized?.details).toMatchObject(basis)
    expect(activated?.actor).toEqual({ via: 'plan' })
    const { rows } = await control.query(
      "SELECT basis, command FROM production_grant WHERE promotion = $1 AND purpose = 'activate'",
      [promotion.id],
    )
    expect(rows).toEqual([{ basis: 'plan', command: null }])
  })

  test('is activated once: a person who comes later is refused, and the story goes on by nothing', async () => {
    const organization = await newTeam(api, automatic)
    const staged = await stage(api, organization, 'valueSet', codes)
    const promotion = await carry(api, organization, bundleOf(organization, [staged]))
    await settled(organization, promotion)
    const before = await eventsOf(promotion)
    const { status } = await activate(organization, promotion)
    expect(status).toBe(412)
    const late = await activate(organization, promotion, '*')
    expect([late.status, (await late.json()) as object]).toMatchObject([409, { code: 'illegal-state' }])
    expect(await eventsOf(promotion)).toEqual(before)
    expect(before).toEqual(['activation-authorized-by-plan', 'activated'])
  })

  test('replaces what was in use before', async () => {
    const organization = await newTeam(api, automatic)
    const staged = await stage(api, organization, 'valueSet', codes)
    const first = await carry(api, organization, bundleOf(organization, [staged]))
    await settled(organization, first)
    const edited = await edit(api, organization, staged, { values: [{ value: 'B' }] })
    const second = await carry(api, organization, bundleOf(organization, [edited]))
    expect((await settled(organization, second)).state).toBe('active')
    expect(await activeVersion(organization, targetOf(second, staged))).toBe(2)
  })

  test('waits for a person as a whole where one asset of it lands turned off', async () => {
    const organization = await newTeam(api, automatic)
    const set = await stage(api, organization, 'valueSet', codes)
    const automation = await stage(api, organization, 'automation', reminder, 'Appointments')
    const promotion = await carry(api, organization, bundleOf(organization, [set, automation]))
    const left = await settled(organization, promotion)
    expect(left).toMatchObject({ state: 'pending_activation', activation: 'automatic', basis: null })
    expect(left.leftToPeople).toEqual([
      {
        code: 'lands-off',
        message: expect.stringContaining('A bundle is activated as one'),
        assets: [targetOf(promotion, automation)],
      },
    ])
    expect(await activeVersion(organization, targetOf(promotion, set))).toBeNull()
    const [entry] = (await timeline(organization, promotion)).filter(
      ({ type }) => type === 'rollout.activation-left-to-people',
    )
    expect(entry).toMatchObject({ actor: { via: 'plan' }, details: { because: [{ code: 'lands-off' }] } })

    expect((await activate(organization, promotion)).status).toBe(200)
    await expect
      .poll(async () => rolloutOf(organization, promotion))
      .toMatchObject({
        state: 'active',
        basis: { by: 'person', person: organization.people.anna.id },
        leftToPeople: left.leftToPeople,
      })
    expect(await activeVersion(organization, targetOf(promotion, set))).toBe(1)
  })

  test('waits for a person where a type of the organization’s own lands turned off', async () => {
    const organization = await newTeam(api, automatic)
    await addType(api, organization, 'watcher', { landsAs: [{ pointer: '/enabled', value: false }] })
    const watcher = await stage(api, organization, 'watcher', { enabled: true })
    const promotion = await carry(api, organization, bundleOf(organization, [watcher]))
    const { state, leftToPeople } = await settled(organization, promotion)
    expect([state, leftToPeople.map(({ code }) => code)]).toEqual(['pending_activation', ['lands-off']])
  })

  test('waits while production lacks a secret, and is activated by a person who supplied it', async () => {
    const organization = await newTeam(api, automatic)
    await addType(api, organization, 'gateway', { secrets: ['/token'] })
    const gateway = await stage(api, organization, 'gateway', { hasToken: true })
    const promotion = await carry(api, organization, bundleOf(organization, [gateway]))
    const target = targetOf(promotion, gateway)
    const left = await settled(organization, promotion)
    expect(left.state).toBe('pending_activation')
    expect(left.leftToPeople).toMatchObject([{ code: 'secret-missing', assets: [target] }])

    const refused = await activate(organization, promotion)
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'illegal-state', errors: [{ pointer: '/token' }] })

    const key = organization.people.anna.keys.production
    await expectStatus(200, `/v1/assets/${target}/secrets/token`, {
      key,
      method: 'PUT',
      body: { value: 'a value that production alone has 81c2' },
    })
    expect((await rolloutOf(organization, promotion)).state).toBe('pending_activation')
    expect((await activate(organization, promotion)).status).toBe(200)
    await expect.poll(async () => (await rolloutOf(organization, promotion)).state).toBe('active')

    const edited = await edit(api, organization, gateway, { hasToken: true, more: 1 })
    const next = await carry(api, organization, bundleOf(organization, [edited]))
    expect(await settled(organization, next)).toMatchObject({ state: 'active', basis: { by: 'plan' } })
  })

  test('waits for a person where it was frozen before it had landed', async () => {
    const organization = await newTeam(api, automatic)
    const key = organization.people.owner.keys.organization
    const reason = 'The intake is failing'
    const staged = await stage(api, organization, 'valueSet', codes)
    const path = `/v1/organizations/${organization.id}/freeze`
    const promotion = await landFrozen(organization, [staged], () =>
      expectStatus(200, path, { key, method: 'PUT', body: { reason } }),
    )
    const left = await settled(organization, promotion)
    expect(left.state).toBe('pending_activation')
    expect(left.leftToPeople).toMatchObject([{ code: 'organization-freeze', assets: [] }])
    await expectStatus(204, path, { key, method: 'DELETE' })
    expect((await activate(organization, promotion)).status).toBe(200)
  })

  test('waits for a person while a recurring freeze of the destination is in force', async () => {
    const organization = await newTeam(api, automatic)
    const key = organization.people.owner.keys.organization
    const staged = await stage(api, organization, 'valueSet', codes)
    const allDay = {
      reason: 'Nothing changes by night',
      recurrence: 'DTSTART:20260101T000000\nRRULE:FREQ=DAILY',
      zone: 'Asia/Kathmandu',
      duration: 'P1D',
    }
    const promotion = await landFrozen(organization, [staged], () =>
      expectStatus(201, `/v1/environments/${organization.environments.production}/freezes`, {
        key,
        body: allDay,
      }),
    )
    expect((await settled(organization, promotion)).leftToPeople.map(({ code }) => code)).toEqual(['freeze'])
  })
})

test('what landed by a plan that says manual waits for a person, and nobody looks for reasons', async () => {
  const organization = await newTeam(api, policyWith({}))
  const staged = await stage(api, organization, 'valueSet', codes)
  const promotion = await carry(api, organization, bundleOf(organization, [staged]))
  await expect
    .poll(() => rolloutOf(organization, promotion))
    .toMatchObject({
      state: 'pending_activation',
      activation: 'manual',
      basis: null,
      leftToPeople: [],
      validation: null,
    })
  expect((await activate(organization, promotion)).status).toBe(200)
  await expect.poll(async () => (await rolloutOf(organization, promotion)).state).toBe('active')
  expect(await eventsOf(promotion)).toEqual(['activation-authorized', 'activated'])
})
