import type { z } from 'zod'
import { auditEventShape } from '../../../src/contract/audit.ts'
import { pageShape } from '../../../src/contract/pagination.ts'
import type { Cast } from '../cast.ts'
import { expected, until } from '../client.ts'
import type { Setting } from '../setting.ts'

type Event = z.output<typeof auditEventShape>

function nameOf({ owner, requester, editor, approvers }: Cast, { actor }: Event): string {
  const person = [owner, requester, editor, ...approvers].find(({ id }) => id === actor.person)
  const name = person?.name ?? actor.person ?? 'nobody'
  return actor.via === 'workflow' ? `workflow, for ${name}` : name
}

/** A log's own name: the middle of its origin. */
function logOf({ origin }: Event): string {
  return origin.split('/').at(-2) ?? origin
}

/** Prints everything that happened to a promotion, in whichever log it stands. */
export async function tellTimeline({ ask, narrative, cast }: Setting, promotion: string): Promise<void> {
  narrative.chapter('The timeline of the first promotion, across the logs')
  const path = `/v1/promotions/${promotion}/timeline`
  const { data: events } = await until('the timeline tells that it is live', async () => {
    const page = expected(await ask(cast.owner.organization, 'GET', path), 200, pageShape(auditEventShape))
    return page.data.some(({ type }) => type === 'rollout.completed') ? page : undefined
  })
  for (const event of events) {
    const place = `${logOf(event)} ${event.index}`.padEnd(15)
    const outcome = event.outcome === 'success' ? '' : ` (${event.outcome})`
    narrative.tell(`${event.time.slice(11, 23)}  ${place} ${event.type}${outcome}, ${nameOf(cast, event)}`)
  }
  const at = (type: string) => events.findIndex((event) => event.type === type)
  const inOrder = [
    'promotion.requested',
    'promotion.authorized',
    'asset.landed',
    'promotion.promoted',
    'asset.activated',
    'rollout.confirmed',
    'rollout.completed',
  ]
  const places = inOrder.map(at)
  const rising = places.every((place, index) => place >= 0 && place > (places[index - 1] ?? -1))
  narrative.check('asked, authorized, landed, promoted, activated, confirmed, live: in this order', rising)
  const logs = new Set(events.map(logOf))
  narrative.check("it spans control's log and production's", logs.has('control') && logs.has('production'))
  const refused = events.filter(({ outcome }) => outcome === 'refused').length
  narrative.check('the refusals stand in it too', refused >= 2)
}
