import { expectAnswer, WrongAnswer } from '../harness/call.ts'
import type { Ground } from '../harness/ground.ts'
import { measureBeside } from '../harness/measure.ts'
import type { Section, Stage } from '../harness/section.ts'
import type { SizedTenant } from '../seed/environments-of-two-sizes.ts'

const rounds = { warmUp: 40, rounds: 400 }

interface Linked {
  readonly asset: string
  readonly digest: string
  readonly partner: string
}

/** Linked assets from all over an environment, by what the tables say of them. */
async function linkedAssets(
  { superuser }: Ground,
  { organization }: SizedTenant,
): Promise<readonly Linked[]> {
  const { rows } = await superuser('control').query<Linked>(
    `SELECT source_asset AS asset, encode(head.digest, 'hex') AS digest, target_asset AS partner
     FROM association JOIN asset_head AS head ON head.organization = association.organization AND head.asset = source_asset
     WHERE association.organization = $1 ORDER BY md5(source_asset::text) LIMIT $2`,
    [organization, rounds.rounds],
  )
  return rows
}

function reader(ground: Ground, tenant: SizedTenant, assets: readonly Linked[]) {
  return async (round: number) => {
    const expected = assets[round % assets.length]
    if (expected === undefined) throw new WrongAnswer('The environment holds no linked asset.')
    const read = await expectAnswer<{ readonly digest: string; readonly association?: { asset: string } }>(
      ground,
      200,
      `/v1/assets/${expected.asset}`,
      { key: tenant.key },
    )
    if (read.digest !== expected.digest || read.association?.asset !== expected.partner) {
      throw new WrongAnswer('An asset was read with another digest or partner than it has.')
    }
  }
}

export const assetsRead: Section = Object.freeze({
  name: 'assets-read',
  about:
    'staging environments of 100,000 and of 1,000 assets, half of them associated, in the same databases',
  async run(stage: Stage) {
    const { small, large } = await stage.environmentsOfTwoSizes()
    const floor = reader(stage, small, await linkedAssets(stage, small))
    const measured = reader(stage, large, await linkedAssets(stage, large))
    const [pair] = await measureBeside(floor, [measured], rounds)
    return [
      {
        name: 'reading an asset with its association, of 100,000',
        floorName: 'of 1,000',
        pair,
        limit: 1.5,
        limited: ['p50', 'p99'],
      },
    ] as const
  },
})
