import { randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Plan } from '../../../../src/domain/plan/plan.ts'
import type { SignInRule } from '../../../../src/domain/sign-in/sign-in-rule.ts'
import { canonicalBytes } from '../../../../src/trust/canonical.ts'
import { openStores } from '../../../support/stores.ts'
import { askToDecide, decisionRow, reviewRow } from '../approval.ts'
import { type Attempt, attack, deniedOn, refusedBy } from '../attack.ts'
import { as, newWorld, noSecret, policyOf, policySteps, type World } from '../fixture.ts'
import type { Row } from '../session.ts'
import {
  freeze,
  type Planned,
  planOf,
  planPromotion,
  putPlan,
  putRenderedContent,
  requestPromotion,
  rowsOf,
} from '../story.ts'

const stores = await openStores()
const signIn: SignInRule = { within: 'PT5M', acr: ['phrh', 'phr'] }
const breakGlass = { group: 'approvers', reviewWithin: 'P2D' }
let world: World
let planned: Planned

const planUnder = (promotion: Parameters<typeof planOf>[0], version: number, asked?: unknown): Plan =>
  ({
    ...planOf(promotion),
    policy: { version, rule: 1 },
    ...(asked === undefined ? {} : { signIn: asked }),
  }) as Plan

beforeAll(async () => {
  world = await newWorld(stores)
  const { production: environment, owner: proposed_by } = world
  const documents = [
    { breakGlass, signIn },
    { breakGlass, signIn: {} },
  ].map((terms) => policyOf(policySteps, terms))
  for (const [place, document] of documents.entries()) {
    await as(world, 'api', (session) =>
      session.put('policy', { environment, version: place + 2, document, proposed_by }),
    )
  }
})

beforeEach(async () => {
  const promotion = await freeze(await requestPromotion(world, 2))
  planned = await planPromotion(promotion, planUnder(promotion, 2, signIn))
})

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000)

/** A token becomes a key, as the API exchanges it. */
async function tokenKey(person: string, told: Row): Promise<string> {
  const api_key = uuidv7()
  const opens = world.organization
  const token = { person, token_digest: randomBytes(32), opens, door: 'organization', api_key, ...told }
  await as(world, 'api', async (session) => {
    await session.put('exchanged_token', token)
    await session.put('api_key', {
      id: api_key,
      actor: person,
      door: 'organization',
      name: 'Token',
      origin: 'identity-provider',
      expires_at: secondsAgo(-3600),
    })
  })
  return api_key
}

function commandRow(person: string, api_key: string, kind: 'decide' | 'override' = 'decide'): Row {
  const of = { stream_kind: 'promotion', stream: planned.id, kind, person, actor: person, api_key }
  return { id: uuidv7(), ...of, arguments: canonicalBytes({}), fingerprint: noSecret }
}

/** Somebody asks to decide with a token that says this. */
async function asking(told: Row, kind: 'decide' | 'override' = 'decide'): Promise<string> {
  const row = commandRow(world.approverOne, await tokenKey(world.approverOne, told), kind)
  await as(world, 'api', (session) => session.put('command', row))
  return String(row.id)
}

const honest = (command: string): Row => decisionRow(planned, world.approverOne, 1, command)

function deciding(row: Row, login: 'worker_control' | 'superuser' = 'worker_control'): Promise<Attempt> {
  return attack({ stores, login, organization: world.organization }, async (session) => {
    await session.put('decision', row)
    if (row.verdict === 'override') await session.put('override_review', reviewRow(planned, row))
  })
}

const tooWeak = refusedBy('23514', 'decision_signed_in_as_the_plan_asks')
const fresh = { authenticated_at: secondsAgo(10), acr: 'phr' }

describe.each(['worker_control', 'superuser'] as const)('with the rights of %s', (login) => {
  test.each([
    ['long ago', { ...fresh, authenticated_at: secondsAgo(301) }],
    ['later than now', { ...fresh, authenticated_at: secondsAgo(-120) }],
    ['nobody knows when', { acr: 'phr' }],
    ['by another class', { ...fresh, acr: 'pwd' }],
    ['by no class', { authenticated_at: fresh.authenticated_at }],
  ])('nobody decides who signed in %s', async (_, told) => {
    expect(await deciding(honest(await asking(told)), login)).toEqual(tooWeak)
  })

  test.each(['approve', 'reject', 'request-changes'])('nobody comes to %s with a key', async (verdict) => {
    const command = await askToDecide(planned, world.approverOne)
    expect(await deciding({ ...honest(command), verdict }, login)).toEqual(tooWeak)
  })

  test('nobody stands in for the quorum with a key, or a sign-in of yesterday', async () => {
    const byKey = await askToDecide(planned, world.approverOne, 'override')
    const yesterday = await asking({ ...fresh, authenticated_at: secondsAgo(86_400) }, 'override')
    for (const command of [byKey, yesterday]) {
      expect(await deciding({ ...honest(command), verdict: 'override' }, login)).toEqual(tooWeak)
    }
  })

  test('who signed in as the plan asks decides, and stands in', async () => {
    expect(await deciding(honest(await asking(fresh)), login)).toMatchObject({ outcome: 'accepted' })
  })
})

test('who signed in as the plan asks stands in for the quorum', async () => {
  const row = { ...honest(await asking(fresh, 'override')), verdict: 'override' }
  expect(await deciding(row)).toMatchObject({ outcome: 'accepted' })
})

describe('a decision', () => {
  const lie = { authentication: 'identity-provider', authenticated_at: new Date(), acr: 'phrh' }

  async function stored(id: unknown): Promise<unknown> {
    const { rows } = await stores
      .superuser('control')
      .query('SELECT authentication, authenticated_at, acr FROM decision WHERE id = $1', [id])
    return rows[0]
  }

  test('is as strong as its command, whatever control’s worker would say', async () => {
    const command = await askToDecide(planned, world.approverOne)
    for (const [member, value] of Object.entries(lie)) {
      expect(await deciding({ ...honest(command), [member]: value })).toEqual(deniedOn('decision'))
    }
  })

  test('is as strong as its command, whatever a superuser says', async () => {
    const command = await askToDecide(planned, world.approverOne)
    expect(await deciding({ ...honest(command), ...lie }, 'superuser')).toEqual(tooWeak)
    const row: Row = { ...honest(await asking(fresh)), ...lie }
    expect(await deciding(row, 'superuser')).toMatchObject({ outcome: 'accepted' })
    expect(await stored(row.id)).toEqual({ authentication: 'identity-provider', ...fresh })
  })

  test('keeps what it says of that', async () => {
    const row = honest(await asking(fresh))
    expect(await deciding(row)).toMatchObject({ outcome: 'accepted' })
    const changing = await attack(
      { stores, login: 'superuser', organization: world.organization },
      (session) => session.query("UPDATE decision SET acr = 'phrh' WHERE id = $1", [row.id]),
    )
    expect(changing).toEqual(refusedBy('23514', 'decision_may_only_be_withdrawn'))
  })

  test.each([
    'api',
    'worker_staging',
    'worker_development',
    'worker_production',
    'signer',
    'auditor',
  ] as const)('is written by no %s, however strong', async (login) => {
    const row = honest(await asking(fresh))
    const trying = await attack({ stores, login, organization: world.organization }, (session) =>
      session.put('decision', row),
    )
    expect(trying).toEqual(deniedOn('decision'))
  })
})

describe('a command to decide', () => {
  const putting = (row: Row, login: 'api' | 'superuser' = 'api') =>
    attack({ stores, login, organization: world.organization }, (session) => session.put('command', row))

  test('says by its key how strong it is, whatever else is given', async () => {
    const row = commandRow(world.approverOne, world.approverOne)
    const lie = { authentication: 'identity-provider', authenticated_at: new Date(), acr: 'phrh' }
    for (const [member, value] of Object.entries(lie)) {
      expect(await putting({ ...row, [member]: value })).toEqual(deniedOn('command'))
    }
    expect(await putting({ ...row, ...lie }, 'superuser')).toMatchObject({ outcome: 'accepted' })
    const { rows } = await stores
      .superuser('control')
      .query('SELECT authentication, authenticated_at, acr FROM command WHERE id = $1', [row.id])
    expect(rows).toEqual([{ authentication: 'key', authenticated_at: null, acr: null }])
  })

  test('is asked with no key of somebody else, who signed in', async () => {
    const theirs = await tokenKey(world.approverTwo, fresh)
    for (const login of ['api', 'superuser'] as const) {
      expect(await putting(commandRow(world.approverOne, theirs), login)).toEqual(
        refusedBy('23514', 'decision_is_asked_with_ones_own_key'),
      )
    }
  })

  test('keeps what it says, and so does the token behind it', async () => {
    const command = await asking({ acr: 'pwd' })
    const changes = [
      `UPDATE command SET acr = 'phr' WHERE id = '${command}'`,
      `UPDATE exchanged_token SET authenticated_at = now(), acr = 'phr' WHERE person = '${world.approverOne}'`,
    ]
    for (const change of changes) {
      for (const login of ['api', 'worker_control', 'superuser'] as const) {
        const changing = await attack({ stores, login, organization: world.organization }, (session) =>
          session.query(change),
        )
        expect(changing).toMatchObject({ outcome: 'refused', code: '42501', changed: false })
      }
    }
  })
})

describe('a plan', () => {
  test.each([
    ['less than its policy', 2, { within: 'P5D', acr: ['phrh', 'phr'] }],
    ['another class', 2, { ...signIn, acr: ['pwd'] }],
    ['nothing where its policy does', 2, undefined],
    ['nothing where its policy asks for any sign-in', 3, undefined],
    ['something where its policy asks for nothing', 1, signIn],
  ])('asks for %s of no sign-in', async (_, version, asked) => {
    const promotion = await freeze(await requestPromotion(world, version))
    await as(world, 'worker_control', (session) => putRenderedContent(session, promotion))
    for (const login of ['worker_control', 'superuser'] as const) {
      const storing = await attack({ stores, login, organization: world.organization }, (session) =>
        putPlan(session, rowsOf(planUnder(promotion, version, asked))),
      )
      expect(storing).toEqual(refusedBy('23514', 'sign_in_matches_policy'))
    }
  })

  test('that asks for any sign-in at all is content with a token that says nothing, and with no key', async () => {
    const promotion = await freeze(await requestPromotion(world, 3))
    planned = await planPromotion(promotion, planUnder(promotion, 3, {}))
    expect(await deciding(honest(await askToDecide(planned, world.approverOne)))).toEqual(tooWeak)
    expect(await deciding(honest(await asking({})))).toMatchObject({ outcome: 'accepted' })
  })
})
