import { expectAnswer, WrongAnswer } from '../harness/call.ts'
import type { Ground } from '../harness/ground.ts'
import { measureBeside } from '../harness/measure.ts'
import type { Section, Stage } from '../harness/section.ts'
import type { SizedTenant } from '../seed/environments-of-two-sizes.ts'

const pageSize = 50

interface Page {
  readonly data: readonly { readonly id: string; readonly association?: unknown }[]
  readonly nextCursor: string | null
}

/** Pages through an environment from its newest asset, beginning again at the end. */
function pager(ground: Ground, { environments, key }: SizedTenant) {
  const path = `/v1/environments/${environments.staging}/assets?limit=${pageSize}`
  let cursor: string | null = null
  return async () => {
    const page: Page = await expectAnswer<Page>(
      ground,
      200,
      cursor === null ? path : `${path}&cursor=${cursor}`,
      { key },
    )
    const ids = page.data.map(({ id }) => id)
    const sorted = ids.toSorted().reverse()
    if (ids.length !== pageSize || ids.some((id, place) => id !== sorted[place])) {
      throw new WrongAnswer('A page does not hold 50 assets, newest first.')
    }
    if (!page.data.some(({ association }) => association !== undefined)) {
      throw new WrongAnswer('A page holds no associations, though every second asset has one.')
    }
    cursor = page.nextCursor
  }
}

async function expectWhole(ground: Ground, tenant: SizedTenant): Promise<void> {
  const seen = new Set<string>()
  const path = `/v1/environments/${tenant.environments.staging}/assets?limit=100`
  for (let cursor: string | null = null, more = true; more; more = cursor !== null) {
    const page: Page = await expectAnswer<Page>(
      ground,
      200,
      cursor === null ? path : `${path}&cursor=${cursor}`,
      { key: tenant.key },
    )
    for (const { id } of page.data) seen.add(id)
    cursor = page.nextCursor
  }
  if (seen.size !== tenant.assets) {
    throw new WrongAnswer(`Page by page ${seen.size} assets of ${tenant.assets} were listed.`)
  }
}

export const assetsList: Section = Object.freeze({
  name: 'assets-list',
  about:
    'staging environments of 100,000 and of 1,000 assets, half of them associated, in the same databases',
  async run(stage: Stage) {
    const { small, large } = await stage.environmentsOfTwoSizes()
    const rounds = { warmUp: 40, rounds: 400 }
    const [pair] = await measureBeside(pager(stage, small), [pager(stage, large)], rounds)
    await expectWhole(stage, small)
    await expectWhole(stage, large)
    return [
      {
        name: 'listing 50 assets of 100,000',
        floorName: 'listing 50 of 1,000',
        pair,
        limit: 1.5,
        limited: ['p50', 'p99'],
      },
    ] as const
  },
})
