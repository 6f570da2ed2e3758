import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { type CommandId, digest, identifier, type PersonId } from '../../../src/domain/identifiers.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { decide } from '../../../src/domain/promotion/decide.ts'
import { personalPromotionCommand } from '../../../src/domain/promotion/parse-claim.ts'
import { promotionRules } from '../../../src/services/promotions/story/promotion-rules.ts'
import { openStory } from '../../../src/services/stories/open-story.ts'
import { record } from '../../../src/services/stories/record.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import { openDeployment } from '../../support/deployment.ts'
import { openRoom, type Promotion, type Room, step } from './approving.ts'
import { newTicketSystem, sealed, statementOf, ticketStep } from './ticketing.ts'

const api = await openDeployment()
const tickets = newTicketSystem()
const control = api.testStores.pool('control', 'worker_control')

/** What is stored of an envelope: without hints. */
function bare(envelope: ReturnType<typeof sealed>): Uint8Array {
  return canonicalBytes({ ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ sig })) })
}

/** A process of the API that lies: it stores whatever it likes as delivered, in the name of somebody who could. */
async function lie(
  { organization, people }: Room,
  asked: Promotion,
  envelope: Uint8Array,
  given: JsonObject,
) {
  const id = identifier<CommandId>(uuidv7())
  const { rows } = await api.testStores
    .superuser('control')
    .query<{ id: string }>('SELECT id FROM api_key WHERE actor = $1 LIMIT 1', [people.erik.id])
  const client = await api.testStores.pool('control', 'api').pool.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('countersign.organization', $1, true)", [organization.id])
    await client.query(
      'INSERT INTO verdict_envelope (organization, digest, envelope) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [organization.id, Buffer.from(digestOf(envelope), 'hex'), envelope],
    )
    await client.query(
      `INSERT INTO command (organization, id, stream_kind, stream, kind, person, actor, api_key, arguments, fingerprint)
       VALUES ($1, $2, 'promotion', $3, 'deliver-verdict', $4, $4, $5, $6, $7)`,
      [
        ...[organization.id, id, asked.id, people.erik.id, rows[0]?.id],
        ...[canonicalBytes(given), Buffer.alloc(32)],
      ],
    )
    await client.query('COMMIT')
  } finally {
    client.release()
  }
  return { id, person: identifier<PersonId>(people.erik.id), kind: 'deliver-verdict', arguments: given }
}

/** What control's worker answers to a verdict that was stored so, having decided as the workflow does. */
async function answerTo(room: Room, asked: Promotion, envelope: Uint8Array, change: JsonObject = {}) {
  const { revision, planDigest } = asked
  const given = {
    ...{ step: 1, revision, planDigest, verdict: 'approved', envelope: digest(digestOf(envelope)) },
    ...change,
  }
  const claim = await lie(room, asked, envelope, given)
  const stream = { organization: room.organization.id, kind: 'promotion', id: asked.id } as const
  const { facts, events } = await openStory(control, promotionRules, stream)
  const state = events.reduce(promotionRules.evolve, promotionRules.begin(facts))
  const command = personalPromotionCommand(claim)
  if (command === undefined) throw new TypeError('a command was expected')
  const outcome = decide(state, command)
  const request = { stream, expectedSeq: state.seq, command: claim.id, claim, outcome }
  const { answer } = await record(control, promotionRules, request)
  return [answer?.outcome, answer?.code]
}

test('control’s worker verifies what the API stored, and believes it nothing', async () => {
  const room = await openRoom(api, { steps: [ticketStep(tickets), step(1, { name: 'sign-off' })] })
  const asked = await room.ask()
  const other = await room.ask()
  const refused = ['refused', 'invalid-signature']
  const own = statementOf(asked, 1)
  expect(await answerTo(room, asked, bare(sealed(newTicketSystem(), own)))).toEqual(refused)
  const rejected = bare(sealed(tickets, { ...own, verdict: 'rejected' }))
  expect(await answerTo(room, asked, rejected)).toEqual(refused)
  expect(await answerTo(room, asked, bare(sealed(tickets, statementOf(other, 1))))).toEqual(refused)
  expect(await answerTo(room, asked, new TextEncoder().encode('{}'))).toEqual(refused)
  expect(await answerTo(room, asked, new TextEncoder().encode('no JSON'))).toEqual(refused)
  // With a hint, so that it is not as it would have been stored.
  expect(await answerTo(room, asked, canonicalBytes(sealed(tickets, own)))).toEqual(refused)
  const nowhere = { envelope: 'ab'.repeat(32) }
  expect(await answerTo(room, asked, bare(sealed(tickets, own)), nowhere)).toEqual(refused)
  expect(await room.story(asked)).toEqual(['preflight-started', 'planned'])
  expect((await room.entries(asked, 'command.refused')).length).toBeGreaterThan(0)
  expect(await answerTo(room, asked, bare(sealed(tickets, own)))).toEqual(['accepted', 'external-verdict'])
})

test('no verdict is recorded as a step of the workflow’s own', async () => {
  const room = await openRoom(api, { steps: [ticketStep(tickets), step(1, { name: 'sign-off' })] })
  const asked = await room.ask()
  const stream = { organization: room.organization.id, kind: 'promotion', id: asked.id } as const
  const { answer } = await record(control, promotionRules, {
    ...{ stream, expectedSeq: 2, command: '1/9/verdict', claim: null },
    outcome: {
      kind: 'accepted',
      events: [
        {
          ...{ type: 'external-verdict', step: 1, verdict: 'approved', envelope: digest('ab'.repeat(32)) },
          planDigest: digest(asked.planDigest ?? ''),
        },
      ],
    },
  })
  expect(answer).toMatchObject({ outcome: 'refused', code: 'forbidden' })
  expect(await room.story(asked)).toEqual(['preflight-started', 'planned'])
})
