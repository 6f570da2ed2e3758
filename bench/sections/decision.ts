import { bareQueue, runBareWorker } from '../bare/worker.ts'
import { bareUpdate, bareWorkflow } from '../bare/workflow.ts'
import { expectAnswer, WrongAnswer } from '../harness/call.ts'
import { type Engine, openEngine } from '../harness/engine.ts'
import type { Figure } from '../harness/figure.ts'
import type { Ground } from '../harness/ground.ts'
import { measureBeside } from '../harness/measure.ts'
import type { Section, Stage } from '../harness/section.ts'
import { type SignableTenant, signableTenant, signersOfEach } from '../seed/signable.ts'

const rounds = { warmUp: 20, rounds: 140 }
const all = rounds.warmUp + rounds.rounds
const stories = all / signersOfEach

/** Sends as many updates to each bare workflow as a promotion gets signatures. */
async function bareUpdater({ client }: Engine) {
  const handles = await Promise.all(
    Array.from({ length: stories }, (_, place) =>
      client.workflow.start(bareWorkflow, {
        workflowId: `bare/${place}`,
        taskQueue: bareQueue,
        args: [signersOfEach],
      }),
    ),
  )
  return async (round: number) => {
    const handle = handles[Math.floor(round / signersOfEach)]
    if (handle === undefined) throw new WrongAnswer('There is no bare workflow to update.')
    await handle.executeUpdate(bareUpdate)
  }
}

function signer(ground: Ground, { promotions, signers }: SignableTenant) {
  return async (round: number) => {
    const promotion = promotions[Math.floor(round / signersOfEach)]
    const person = signers[round % signersOfEach]
    if (promotion === undefined || person === undefined) throw new WrongAnswer('There is nothing to sign.')
    const { id, planDigest } = promotion
    const { state, decisions } = await expectAnswer<{
      readonly state: string
      readonly decisions: readonly { readonly person: string }[]
    }>(ground, 201, `/v1/promotions/${id}/decisions`, {
      key: person.key,
      method: 'POST',
      body: { verdict: 'approve', comment: 'Read against the list of the wards' },
      headers: { 'If-Match': `"${planDigest}"` },
    })
    const isSigned = decisions.at(-1)?.person === person.person
    if (state !== 'awaiting_approval' || decisions.length !== (round % signersOfEach) + 1 || !isSigned) {
      throw new WrongAnswer('A decision was answered by a promotion that does not hold it.')
    }
  }
}

async function expectRows({ superuser }: Ground, { organization }: SignableTenant): Promise<void> {
  const { rows } = await superuser('control').query<{ recorded: number }>(
    `SELECT count(*)::int AS recorded FROM decision
       JOIN promotion_revision AS made USING (organization, promotion, revision, plan_digest)
       JOIN stream_event AS event ON event.organization = decision.organization AND event.stream = decision.promotion
         AND event.type = 'decided' AND event.command = decision.command::text
     WHERE decision.organization = $1 AND decision.withdrawn_at IS NULL`,
    [organization],
  )
  if (rows[0]?.recorded !== all) {
    throw new WrongAnswer(`${rows[0]?.recorded} decisions are recorded with their event, of ${all}.`)
  }
}

async function measure(engine: Engine): Promise<Figure> {
  const tenant = await signableTenant(engine.ground, stories)
  const worker = await runBareWorker(engine.temporal)
  try {
    const floor = await bareUpdater(engine)
    const [pair] = await measureBeside(floor, [signer(engine.ground, tenant)], rounds)
    await expectRows(engine.ground, tenant)
    return {
      name: 'a decision, from request to recorded',
      floorName: 'an empty update with one eager activity',
      pair,
      limit: 2,
      limited: ['p50'],
    }
  } finally {
    await worker.stop()
  }
}

export const decision: Section = Object.freeze({
  name: 'decision',
  about: `${stories} promotions that wait for signatures, and as many bare workflows on the same server`,
  async run(stage: Stage) {
    const engine = await openEngine(stage)
    try {
      return [await measure(engine)]
    } finally {
      await engine.stop()
    }
  },
})
