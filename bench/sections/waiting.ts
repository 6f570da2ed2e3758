import { expectAnswer, WrongAnswer } from '../harness/call.ts'
import type { Figure } from '../harness/figure.ts'
import type { Ground } from '../harness/ground.ts'
import { measureBeside } from '../harness/measure.ts'
import type { Section, Stage } from '../harness/section.ts'
import { type PromotedTenant, promotedTenant, waiting } from '../seed/promotions.ts'

const rounds = { warmUp: 10, rounds: 100 }
const pageSize = 25

interface Page<Item> {
  readonly data: readonly Item[]
  readonly nextCursor: string | null
}

function inboxOf(ground: Ground, { production: key }: PromotedTenant) {
  return async () => {
    const { data } = await expectAnswer<Page<{ readonly kind: string }>>(ground, 200, '/v1/inbox', { key })
    if (data.length !== waiting || data.some(({ kind }) => kind !== 'decide')) {
      throw new WrongAnswer(`The inbox holds ${data.length} things instead of ${waiting} to decide.`)
    }
  }
}

/** Pages through the list from the newest promotion. */
function listOf(ground: Ground, { production: key }: PromotedTenant) {
  const path = `/v1/promotions?limit=${pageSize}`
  let cursor: string | null = null
  return async () => {
    const page: Page<{ readonly id: string }> = await expectAnswer(
      ground,
      200,
      cursor === null ? path : `${path}&cursor=${cursor}`,
      { key },
    )
    const ids = page.data.map(({ id }) => id)
    const newestFirst = ids.toSorted().reverse().join() === ids.join()
    if ((ids.length < pageSize && page.nextCursor !== null) || !newestFirst) {
      throw new WrongAnswer(`A page does not hold ${pageSize} promotions, newest first.`)
    }
    cursor = page.nextCursor
  }
}

async function waitingIds(ground: Ground, { production: key }: PromotedTenant): Promise<readonly string[]> {
  const { data } = await expectAnswer<Page<{ readonly promotion: string }>>(ground, 200, '/v1/inbox', { key })
  return data.map(({ promotion }) => promotion)
}

function readerOf(ground: Ground, { production: key }: PromotedTenant, ids: readonly string[]) {
  return async (round: number) => {
    const path = `/v1/promotions/${ids[round % ids.length]}`
    const { state } = await expectAnswer<{ readonly state: string }>(ground, 200, path, { key })
    const { items } = await expectAnswer<{
      readonly items: readonly { readonly diff: readonly unknown[] }[]
    }>(ground, 200, `${path}/plan`, { key })
    if (state !== 'awaiting_approval' || items[0]?.diff.length !== 4) {
      throw new WrongAnswer('A promotion that waits was read without its plan or its difference.')
    }
  }
}

async function expectAll({ superuser }: Ground, { organization, finished }: PromotedTenant): Promise<void> {
  const { rows } = await superuser('control').query<{ total: number }>(
    `SELECT count(*)::int AS total FROM promotion JOIN promotion_revision AS made
       ON made.organization = promotion.organization AND made.promotion = promotion.id
     WHERE promotion.organization = $1 AND made.plan_digest = promotion.plan_digest`,
    [organization],
  )
  if (rows[0]?.total !== finished + waiting) {
    throw new WrongAnswer(`There are ${rows[0]?.total} promotions with their plan, of ${finished + waiting}.`)
  }
}

export const waitingSection: Section = Object.freeze({
  name: 'waiting',
  about: `${waiting} promotions that wait beside 100,000 and beside 1,000 finished ones, in the same databases`,
  async run(stage: Stage) {
    const large = await promotedTenant(stage, 100_000)
    const small = await promotedTenant(stage, 1_000)
    const figure = (name: string, pair: Figure['pair']): Figure => ({
      name: `${name}, beside 100,000 finished ones`,
      floorName: 'the same with 1,000',
      pair,
      limit: 1.5,
      limited: ['p50'],
    })
    const [inbox] = await measureBeside(inboxOf(stage, small), [inboxOf(stage, large)], rounds)
    const reader = async (tenant: PromotedTenant) => readerOf(stage, tenant, await waitingIds(stage, tenant))
    const [promotion] = await measureBeside(await reader(small), [await reader(large)], rounds)
    const [list] = await measureBeside(listOf(stage, small), [listOf(stage, large)], rounds)
    await expectAll(stage, small)
    await expectAll(stage, large)
    return [
      figure('the inbox', inbox),
      figure('a promotion with plan and difference', promotion),
      figure(`listing ${pageSize} promotions`, list),
    ]
  },
})
