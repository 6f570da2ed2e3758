import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loginRoles } from '../../../../src/db/roles.ts'
import { canonicalBytes } from '../../../../src/trust/canonical.ts'
import { openStores } from '../../../support/stores.ts'
import { askToDecide, authorize, authorizing, decideOn, decisionRow } from '../approval.ts'
import { attack, deniedOn, foreignRow, refusedBy } from '../attack.ts'
import { as, newWorld, type World } from '../fixture.ts'
import type { Row } from '../session.ts'
import { type Planned, plannedPromotion } from '../story.ts'
import {
  approveBySystem,
  delivered,
  envelopeOf,
  otherDigest,
  plannedWithSystem,
  policyWithSystem,
  publicKey,
  verdictRow,
} from '../verdicts.ts'

const stores = await openStores()
let world: World
let planned: Planned

beforeAll(async () => {
  world = await newWorld(stores)
  await policyWithSystem(world)
})

beforeEach(async () => {
  planned = await plannedWithSystem(world)
})

const recording = (row: Row, of: World = world) =>
  attack({ stores, login: 'worker_control', organization: of.organization }, (session) =>
    session.put('external_verdict', row),
  )

const stored = { outcome: 'accepted', changed: true }
const notSigned = refusedBy('23514', 'verdict_says_what_was_signed')

describe('the verdict of a system', () => {
  test('is recorded as it was signed and delivered', async () => {
    expect(await recording(verdictRow(planned, await delivered(planned)))).toMatchObject(stored)
  })

  test.each([
    ['another promotion', { promotion: '01890000-0000-7000-8000-000000000001' }],
    ['another revision', { revision: 2 }],
    ['another step', { step: 1 }],
    ['another plan', { planDigest: 'ab'.repeat(32) }],
    ['the contrary', { verdict: 'rejected' }],
    ['a revision in words', { revision: '1' }],
  ])('is not what was signed of %s (case 10)', async (_, change) => {
    const of = await delivered(planned, envelopeOf(planned, change))
    expect(await recording(verdictRow(planned, of))).toEqual(notSigned)
  })

  test.each([
    ['of another type', (of: Planned) => envelopeOf(of, {}, { payloadType: 'application/json' })],
    ['that says one thing twice', (of: Planned) => twice(envelopeOf(of))],
    [
      'whose payload says one thing twice',
      (of: Planned) => envelopeOf(of, {}, { payload: payloadTwice(of) }),
    ],
    ['without a payload', () => canonicalBytes({ payloadType: 'application/vnd.countersign.verdict+json' })],
    ['that is none', () => new TextEncoder().encode('[]')],
  ])('does not rest on an envelope %s', async (_, make) => {
    const of = await delivered(planned, make(planned))
    expect(await recording(verdictRow(planned, of))).toEqual(notSigned)
  })

  test.each([
    ['of another kind', { kind: 'decide' }],
    ['to another promotion', { stream: '01890000-0000-7000-8000-000000000001' }],
    ['that brought something else', { names: 'ab'.repeat(32) }],
  ])('does not rest on a command %s', async (_, asked) => {
    const of = await delivered(planned, envelopeOf(planned), asked)
    expect(await recording(verdictRow(planned, of))).toEqual(
      refusedBy('23514', 'verdict_rests_on_its_command'),
    )
  })

  test('rests on an envelope that is stored', async () => {
    const of = await delivered(planned, envelopeOf(planned), { names: 'ab'.repeat(32) })
    const row = verdictRow(planned, { ...of, envelope: otherDigest })
    expect(await recording(row)).toEqual(notSigned)
  })

  test('is by the key in the plan, on a step of a system, of this very plan', async () => {
    const of = await delivered(planned)
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x
    const key = 'external_verdict_organization_promotion_revision_step_kind_fkey'
    expect(await recording({ ...verdictRow(planned, of), public_key: other })).toEqual(
      refusedBy('23503', key),
    )
    const onPeople = await delivered(planned, envelopeOf(planned, { step: 1 }))
    const row = { ...verdictRow(planned, onPeople), step: 1 }
    expect(await recording(row)).toEqual(refusedBy('23503', key))
    const asPeople = { ...row, kind: 'review' }
    expect(await recording(asPeople)).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
    const elsewhere = await delivered(planned, envelopeOf(planned, { planDigest: 'ab'.repeat(32) }))
    expect(await recording({ ...verdictRow(planned, elsewhere), plan_digest: otherDigest })).toEqual(
      refusedBy('23503', 'external_verdict_organization_promotion_revision_plan_dige_fkey'),
    )
  })

  test('is one', async () => {
    await approveBySystem(planned)
    const again = await delivered(planned, envelopeOf(planned, { verdict: 'rejected' }))
    const row = { ...verdictRow(planned, again), verdict: 'rejected' }
    expect(await recording(row)).toEqual(refusedBy('23505', 'external_verdict_pkey'))
  })

  test('comes in time', async () => {
    const of = await delivered(planned)
    await stores
      .superuser('control')
      .query("UPDATE promotion SET expires_at = clock_timestamp() - interval '1 second' WHERE id = $1", [
        planned.id,
      ])
    expect(await recording(verdictRow(planned, of))).toEqual(refusedBy('23514', 'no_verdict_after_expiry'))
  })

  test('comes before the authorization', async () => {
    await decideOn(planned, world.approverOne, 2, { verdict: 'override' })
    const of = await delivered(planned)
    await as(world, 'worker_control', (session) =>
      session.put('authorization', {
        ...{ promotion: planned.id, revision: 1, plan_digest: verdictRow(planned, of).plan_digest },
        ...{ kind: 'override', entry: planned.id },
      }),
    )
    expect(await recording(verdictRow(planned, of))).toEqual(
      refusedBy('23514', 'no_verdict_after_authorization'),
    )
  })

  test('rests on a key that still stands', async () => {
    const other = await newWorld(stores)
    await policyWithSystem(other)
    const theirs = await plannedWithSystem(other)
    const of = await delivered(theirs)
    await as(other, 'api', (session) =>
      session.query('UPDATE api_key SET revoked_at = clock_timestamp() WHERE id = $1', [other.outsider]),
    )
    expect(await recording(verdictRow(theirs, of), other)).toEqual(
      refusedBy('23514', 'asked_with_a_standing_key'),
    )
  })

  test('takes both logins to make up: neither stores the other’s part', async () => {
    const of = await delivered(planned)
    for (const login of loginRoles.filter((one) => one !== 'worker_control')) {
      const trying = attack({ stores, login, organization: world.organization }, (session) =>
        session.put('external_verdict', verdictRow(planned, of)),
      )
      expect([login, await trying]).toEqual([login, deniedOn('external_verdict')])
    }
    for (const login of loginRoles.filter((one) => one !== 'api')) {
      const trying = attack({ stores, login, organization: world.organization }, (session) =>
        session.put('verdict_envelope', { digest: otherDigest, envelope: envelopeOf(planned) }),
      )
      expect([login, await trying]).toEqual([login, deniedOn('verdict_envelope')])
    }
  })

  test('belongs to its organization', async () => {
    const other = await newWorld(stores)
    const row = { ...verdictRow(planned, await delivered(planned)), organization: world.organization }
    const trying = attack({ stores, login: 'worker_control', organization: other.organization }, (session) =>
      session.put('external_verdict', row),
    )
    expect(await trying).toMatchObject({ outcome: 'refused', changed: false })
    const envelope = { organization: world.organization, digest: otherDigest, envelope: envelopeOf(planned) }
    const storing = attack({ stores, login: 'api', organization: other.organization }, (session) =>
      session.put('verdict_envelope', envelope),
    )
    expect(await storing).toEqual(foreignRow('verdict_envelope'))
  })
})

test.each([
  ['under another digest', envelopeOf, 'verdict_envelope_is_its_digest'],
  ['that is long', () => Buffer.alloc(16_385), 'verdict_envelope_is_short'],
] as const)('no envelope is stored %s', async (_, make, because) => {
  const trying = attack({ stores, login: 'api', organization: world.organization }, (session) =>
    session.put('verdict_envelope', { digest: otherDigest, envelope: make(planned) }),
  )
  const attempt = await trying
  expect(attempt).toMatchObject({ outcome: 'refused', code: '23514', changed: false })
  if (because === 'verdict_envelope_is_its_digest') expect(attempt).toMatchObject({ because })
})

describe('a system’s step', () => {
  test.each(['approve', 'reject', 'request-changes'])('is no person’s to %s', async (verdict) => {
    const row = decisionRow(planned, world.approverOne, 2, await askToDecide(planned, world.approverOne))
    const trying = attack({ stores, login: 'worker_control', organization: world.organization }, (session) =>
      session.put('decision', { ...row, verdict }),
    )
    expect(await trying).toEqual(refusedBy('23514', 'nobody_signs_an_external_step'))
  })
})

describe('an authorization by a quorum', () => {
  const lacking = refusedBy('23514', 'authorization_needs_its_verdicts')

  async function signed(): Promise<void> {
    await decideOn(planned, world.approverOne, 1)
    await decideOn(planned, world.approverTwo, 3)
  }

  test('takes the approval of every system that the plan names', async () => {
    await signed()
    expect(await authorizing(planned)).toEqual(lacking)
    await approveBySystem(planned)
    expect(await authorizing(planned)).toMatchObject(stored)
  })

  test('takes the people all the same: a system is none of them', async () => {
    await approveBySystem(planned)
    const quorum = refusedBy('23514', 'authorization_needs_its_quorum')
    expect(await authorizing(planned)).toEqual(quorum)
    await decideOn(planned, world.approverOne, 1)
    expect(await authorizing(planned)).toEqual(quorum)
    await decideOn(planned, world.approverTwo, 3)
    await authorize(planned)
  })

  test('is refused where a system rejected, and so is one by an override', async () => {
    await signed()
    const of = await delivered(planned, envelopeOf(planned, { verdict: 'rejected' }))
    await as(world, 'worker_control', (session) =>
      session.put('external_verdict', { ...verdictRow(planned, of), verdict: 'rejected' }),
    )
    const unclear = refusedBy('23514', 'authorization_needs_a_clear_plan')
    expect(await authorizing(planned)).toEqual(unclear)
    await decideOn(planned, world.approverOne, 2, { verdict: 'override' })
    expect(await authorizing(planned, { kind: 'override' })).toEqual(unclear)
  })

  test('is not needed where one person stands in for everything that waits', async () => {
    await decideOn(planned, world.approverOne, 2, { verdict: 'override' })
    expect(await authorizing(planned, { kind: 'override' })).toMatchObject(stored)
  })

  test('of a plan without systems asks for none', async () => {
    const plain = await plannedPromotion(world)
    await decideOn(plain, world.approverOne, 1)
    await decideOn(plain, world.approverTwo, 2)
    expect(await authorizing(plain)).toMatchObject(stored)
  })
})

test('the key of the sample is in its plan', () => {
  expect(planned.plan.steps[1]?.publicKey).toBe(publicKey)
})

function twice(envelope: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(envelope)
  return new TextEncoder().encode(text.replace('{', '{"payload":"e30=",'))
}

function payloadTwice(of: Planned): string {
  const { payload } = JSON.parse(new TextDecoder().decode(envelopeOf(of))) as { payload: string }
  const text = Buffer.from(payload, 'base64').toString()
  return Buffer.from(text.replace('{', '{"verdict":"rejected",')).toString('base64')
}
