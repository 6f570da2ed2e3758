import { describe, expect, test } from 'vitest'
import { readEnvelope, verifyEnvelope } from '../../../src/trust/dsse.ts'
import { openDeployment } from '../../support/deployment.ts'
import { openRoom, type Promotion, refusal, ruleWith, step } from './approving.ts'
import { deliver, newTicketSystem, sealed, statementOf, ticketStep } from './ticketing.ts'

const api = await openDeployment()
const tickets = newTicketSystem()
const review = step(1, { name: 'review', kind: 'review' })
const signOff = step(1, { name: 'sign-off' })
const ofThree = { steps: [review, ticketStep(tickets), signOff] } as const

async function awaitingTicket(rule: Parameters<typeof openRoom>[1] = ofThree) {
  const room = await openRoom(api, rule)
  const asked = await room.ask()
  await room.approve(asked, 'anna')
  return { room, asked, reviewed: await room.read(asked) }
}

interface Shown extends Promotion {
  readonly blockedBecause: readonly {
    readonly code: string
    readonly detail: string
    readonly since: string
  }[]
}

test('people, then a system, then people: each in their turn, and all of them needed', async () => {
  const { room, asked, reviewed } = await awaitingTicket()
  expect(reviewed).toMatchObject({
    state: 'awaiting_approval',
    steps: [
      { kind: 'review', state: 'completed' },
      { kind: 'external', state: 'open', publicKey: tickets.publicKey, verdict: null, approved: 0 },
      { kind: 'approval', state: 'waiting' },
    ],
  })
  const envelope = sealed(tickets, statementOf(asked, 2))
  const answer = await deliver(room, 'erik', asked, 2, envelope)
  expect(answer.status, await answer.clone().text()).toBe(201)
  const judged = (await answer.json()) as Promotion
  expect(judged).toMatchObject({ state: 'awaiting_approval', blockedBecause: [], decisions: [{ step: 1 }] })
  expect(judged.steps[1]).toMatchObject({
    state: 'completed',
    approved: 1,
    verdict: { verdict: 'approved', reference: 'CHG-1042' },
  })
  expect(judged.steps[2]).toMatchObject({ state: 'open' })
  await room.approve(asked, 'ben')
  const promoted = await room.reach(asked, 'promoted')
  expect(promoted.decisions).toHaveLength(2)
  expect(await room.story(asked)).toEqual([
    ...['preflight-started', 'planned', 'decided', 'step-completed'],
    ...['external-verdict', 'step-completed', 'decided', 'step-completed', 'approved'],
    ...['authorized', 'landed', 'promoted'],
  ])
})

test('what a system said is shown with what proves it to anybody, and logged without its words', async () => {
  const { room, asked } = await awaitingTicket()
  expect((await deliver(room, 'erik', asked, 2, sealed(tickets, statementOf(asked, 2)))).status).toBe(201)
  const { steps } = (await room.read(asked)) as unknown as {
    steps: { verdict: { envelope: Parameters<typeof readEnvelope>[0] } }[]
  }
  const envelope = readEnvelope(steps[1]?.verdict.envelope ?? null)
  const verified = verifyEnvelope(envelope, tickets.publicKey)
  expect(JSON.parse(Buffer.from(verified?.payload ?? []).toString())).toMatchObject({ reference: 'CHG-1042' })
  const [entry] = await room.entries(asked, 'promotion.external-verdict')
  expect(entry).toMatchObject({
    actor: { person: room.people.erik.id, via: 'key' },
    details: { step: 2, verdict: 'approved', planDigest: asked.planDigest },
  })
  expect(JSON.stringify(entry)).not.toContain('CHG-1042')
})

describe('while a system is waited for', () => {
  test('nobody may sign, nobody is asked to, and the answer says what is waited for', async () => {
    const { room, asked, reviewed } = await awaitingTicket()
    const signing = await room.vote('ben', asked)
    expect(signing.status).toBe(409)
    expect(await signing.json()).toMatchObject({
      code: 'illegal-state',
      detail: expect.stringContaining('step "ticket" waits for the signed verdict of another system'),
    })
    const eligible = await room.call('ben', `/v1/promotions/${asked.id}/eligible`)
    expect(await eligible.json()).toEqual({ step: 2, eligible: [] })
    for (const name of ['ben', 'carl', 'erik'] as const) {
      expect(await (await room.call(name, '/v1/inbox')).json()).toMatchObject({ data: [] })
    }
    const mine = await room.call('ben', '/v1/promotions?awaiting=me')
    expect(await mine.json()).toMatchObject({ data: [] })
    expect((reviewed as Shown).blockedBecause).toMatchObject([
      { code: 'awaiting-verdict', detail: expect.stringContaining('"ticket"'), reason: null },
    ])
  })

  test('an earlier vote is not taken back, and the promotion can be withdrawn', async () => {
    const { room, asked, reviewed } = await awaitingTicket()
    const [vote] = reviewed.decisions
    if (vote === undefined) throw new Error('Anna has signed')
    expect(await refusal(room.takeBack('anna', asked, vote))).toEqual([409, 'illegal-state'])
    const body = { reason: 'Not this week' }
    const taken = await room.act('requester', asked, 'withdraw', { door: 'staging', body })
    expect(taken.status).toBe(200)
    const late = deliver(room, 'erik', asked, 2, sealed(tickets, statementOf(asked, 2)))
    expect(await refusal(late)).toEqual([409, 'illegal-state'])
  })

  test('the time to decide passes as it does for people', async () => {
    const room = await openRoom(api, { steps: [ticketStep(tickets), signOff], expiresAfter: 'PT2S' })
    const asked = await room.ask()
    await room.reach(asked, 'expired')
    const late = deliver(room, 'erik', asked, 1, sealed(tickets, statementOf(asked, 1)))
    expect(await refusal(late)).toEqual([409, 'illegal-state'])
    expect(await room.held(asked)).toEqual([])
  })

  test('one person may stand in for everything that waits, where the policy says so', async () => {
    const breakGlass = { group: 'rescuers', reviewWithin: 'P1D' }
    const { room, asked } = await awaitingTicket({ ...ofThree, breakGlass })
    expect((await room.override('dora', asked)).status).toBe(201)
    const { decisions, steps } = await room.reach(asked, 'promoted')
    expect(decisions.map(({ verdict }) => verdict)).toEqual(['approve', 'override'])
    expect(steps[1]).toMatchObject({ verdict: null })
    // Whoever only the external step does not name may not review it either.
    const review = { body: { outcome: 'upheld', comment: 'It was' } }
    expect(await refusal(room.act('erik', asked, 'override/review', review))).toEqual([403, 'not-eligible'])
    expect((await room.act('ben', asked, 'override/review', review)).status).toBe(201)
  })
})

test('a system’s rejection ends it, told apart from a person’s', async () => {
  const { room, asked } = await awaitingTicket()
  const statement = statementOf(asked, 2, { verdict: 'rejected' })
  const answer = await deliver(room, 'erik', asked, 2, sealed(tickets, statement))
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ state: 'rejected', decisions: [{ verdict: 'approve' }] })
  expect((await room.story(asked)).slice(-2)).toEqual(['external-verdict', 'rejected'])
  const [entry] = await room.entries(asked, 'promotion.rejected')
  expect(entry?.details).toMatchObject({ step: 2 })
  expect(await room.held(asked)).toEqual([])
})

test('a system may be the first that is waited for, and the last', async () => {
  const other = newTicketSystem()
  const room = await openRoom(api, {
    steps: [ticketStep(tickets, 'change board'), signOff, ticketStep(other, 'release board')],
  })
  const asked = await room.ask()
  expect(asked).toMatchObject({ state: 'awaiting_approval', steps: [{ state: 'open' }, {}, {}] })
  expect((await deliver(room, 'anna', asked, 1, sealed(tickets, statementOf(asked, 1)))).status).toBe(201)
  await room.approve(asked, 'anna')
  // Each by its own key.
  const wrong = deliver(room, 'anna', asked, 3, sealed(tickets, statementOf(asked, 3)))
  expect(await refusal(wrong)).toEqual([403, 'invalid-signature'])
  expect((await deliver(room, 'anna', asked, 3, sealed(other, statementOf(asked, 3)))).status).toBe(201)
  await room.reach(asked, 'promoted')
})

test('a changed policy lets no other system judge what is open: its key is the one in the plan', async () => {
  const { room, asked } = await awaitingTicket()
  const other = newTicketSystem()
  const changed = await room.call('owner', `/v1/environments/${room.environments.production}/policy`, {
    ...{ door: 'organization', method: 'PUT', headers: { 'If-Match': '*' } },
    body: { rules: [ruleWith({ steps: [ticketStep(other), signOff] })] },
  })
  expect(changed.status, await changed.clone().text()).toBe(200)
  const later = deliver(room, 'erik', asked, 2, sealed(other, statementOf(asked, 2)))
  expect(await refusal(later)).toEqual([403, 'invalid-signature'])
  expect((await deliver(room, 'erik', asked, 2, sealed(tickets, statementOf(asked, 2)))).status).toBe(201)
  expect((await room.read(asked)).steps).toHaveLength(3)
})

describe('whoever brings it', () => {
  test('decides nothing: the requester may, and so may a service account', async () => {
    const { room, asked } = await awaitingTicket()
    const { organization, people, environments, administer, call } = room
    const account = await administer('POST', `/v1/organizations/${organization.id}/people`, {
      kind: 'service',
      name: 'tickets',
      owner: people.erik.id,
    })
    const { id } = (await account.json()) as { id: string }
    const member = `/v1/environments/${environments.production}/members/${id}`
    expect((await administer('PUT', member, { role: 'viewer' })).status).toBe(200)
    const made = await call('erik', '/v1/api-keys', {
      method: 'POST',
      body: {
        name: 'tickets',
        environment: environments.production,
        account: id,
        scopes: ['promotions:decide'],
      },
    })
    const { secret } = (await made.json()) as { secret: string }
    const delivered = await api.request(`/v1/promotions/${asked.id}/steps/2/verdict`, {
      key: secret,
      body: sealed(tickets, statementOf(asked, 2)),
    })
    expect(delivered.status).toBe(201)

    const again = await room.ask()
    await room.approve(again, 'anna')
    const own = await deliver(room, 'requester', again, 2, sealed(tickets, statementOf(again, 2)))
    expect(own.status).toBe(201)
    expect(await refusal(room.vote('requester', again))).toEqual([403, 'contributor-may-not-decide'])
  })

  test('has some role in the destination, and a key of it', async () => {
    const { room, asked } = await awaitingTicket()
    const envelope = sealed(tickets, statementOf(asked, 2))
    const atSource = deliver(room, 'requester', asked, 2, envelope, { door: 'staging' })
    expect(await refusal(atSource)).toEqual([403, 'forbidden'])
    await room.takeRole('erik')
    expect((await deliver(room, 'erik', asked, 2, envelope)).ok).toBe(false)
    expect((await room.read(asked)).steps[1]?.state).toBe('open')
  })

  test('may repeat it: the same key gets the same answer, and another key is too late', async () => {
    const { room, asked } = await awaitingTicket()
    const envelope = sealed(tickets, statementOf(asked, 2))
    const same = { idempotencyKey: 'ticket-1' }
    expect((await deliver(room, 'erik', asked, 2, envelope, same)).status).toBe(201)
    const repeated = await deliver(room, 'erik', asked, 2, envelope, same)
    expect([repeated.status, repeated.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
    const other = sealed(tickets, statementOf(asked, 2, { verdict: 'rejected' }))
    expect(await refusal(deliver(room, 'erik', asked, 2, other, same))).toEqual([
      422,
      'idempotency-key-reused',
    ])
    expect(await refusal(deliver(room, 'erik', asked, 2, envelope))).toEqual([409, 'illegal-state'])
    expect(await room.entries(asked, 'promotion.external-verdict')).toHaveLength(1)
  })
})

describe('refused, with nothing recorded, is a verdict', () => {
  test('that is not by the key in the plan, or was changed since', async () => {
    const { room, asked } = await awaitingTicket()
    const statement = statementOf(asked, 2)
    const stranger = sealed(newTicketSystem(), statement)
    expect(await refusal(deliver(room, 'erik', asked, 2, stranger))).toEqual([403, 'invalid-signature'])
    const { signatures } = sealed(tickets, { ...statement, verdict: 'rejected' })
    const swapped = { ...sealed(tickets, statement), signatures }
    expect(await refusal(deliver(room, 'erik', asked, 2, swapped))).toEqual([403, 'invalid-signature'])
    const unsigned = { ...sealed(tickets, statement), signatures: [] }
    expect(await refusal(deliver(room, 'erik', asked, 2, unsigned))).toEqual([422, 'invalid-body'])
    const garbled = { ...sealed(tickets, statement), payload: '***' }
    expect(await refusal(deliver(room, 'erik', asked, 2, garbled))).toEqual([422, 'invalid-body'])
    const another = sealed(tickets, statement, 'application/json')
    expect(await refusal(deliver(room, 'erik', asked, 2, another))).toEqual([422, 'invalid-body'])
    expect((await room.story(asked)).at(-1)).toBe('step-completed')
  })

  test('that was lifted from another request, another step or an earlier plan (case 10)', async () => {
    const { room, asked } = await awaitingTicket()
    const other = await room.ask()
    await room.approve(other, 'anna')
    const lifted = sealed(tickets, statementOf(other, 2))
    expect(await refusal(deliver(room, 'erik', asked, 2, lifted))).toEqual([403, 'invalid-signature'])
    for (const [change, refused] of [
      [{ promotion: other.id }, [403, 'invalid-signature']],
      [{ step: 1 }, [403, 'invalid-signature']],
      [{ planDigest: other.planDigest }, [412, 'precondition-failed']],
      [{ revision: 2 }, [412, 'precondition-failed']],
    ] as const) {
      const envelope = sealed(tickets, statementOf(asked, 2, change))
      expect(await refusal(deliver(room, 'erik', asked, 2, envelope))).toEqual(refused)
    }
    const [denied] = await room.entries(asked, 'access.denied')
    expect(denied).toMatchObject({
      actor: { person: room.people.erik.id },
      details: { code: 'invalid-signature' },
    })
    const first = sealed(tickets, statementOf(asked, 2))
    const again = (await (await room.resubmit(asked)).json()) as Promotion
    expect(again).toMatchObject({ revision: 2, state: 'in_review' })
    await room.approve(again, 'anna')
    expect(await refusal(deliver(room, 'erik', again, 2, first))).toEqual([412, 'precondition-failed'])
    expect((await deliver(room, 'erik', again, 2, sealed(tickets, statementOf(again, 2)))).status).toBe(201)
  })

  test('on a step that is not its turn, that people sign, or that there is not', async () => {
    const room = await openRoom(api, ofThree)
    const asked = await room.ask()
    const early = sealed(tickets, statementOf(asked, 2))
    expect(await refusal(deliver(room, 'erik', asked, 2, early))).toEqual([409, 'illegal-state'])
    const onPeople = sealed(tickets, statementOf(asked, 1))
    expect(await refusal(deliver(room, 'erik', asked, 1, onPeople))).toEqual([409, 'illegal-state'])
    const onNone = sealed(tickets, statementOf(asked, 4))
    expect(await refusal(deliver(room, 'erik', asked, 4, onNone))).toEqual([404, 'not-found'])
  })

  test.each([
    ['that says more than a verdict does', { note: 'Jane Doe' }],
    ['whose reference is prose', { reference: 'see the ticket of Jane Doe' }],
    ['that says neither yes nor no', { verdict: 'maybe' }],
  ])('%s', async (_, change) => {
    const { room, asked } = await awaitingTicket()
    const envelope = sealed(tickets, statementOf(asked, 2, change))
    expect(await refusal(deliver(room, 'erik', asked, 2, envelope))).toEqual([422, 'invalid-body'])
  })

  test('whose reference is a secret', async () => {
    const { room, asked } = await awaitingTicket()
    const reference = `ghp_${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5'}`
    const envelope = sealed(tickets, statementOf(asked, 2, { reference }))
    const answer = await deliver(room, 'erik', asked, 2, envelope)
    const told = await answer.text()
    expect([answer.status, JSON.parse(told).code]).toEqual([422, 'literal-secret'])
    expect(told).not.toContain(reference)
    const { rows } = await api.testStores
      .superuser('control')
      .query('SELECT count(*)::integer AS total FROM verdict_envelope WHERE organization = $1', [
        room.organization.id,
      ])
    expect(rows).toEqual([{ total: 0 }])
  })
})
