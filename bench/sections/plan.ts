import { sql } from 'drizzle-orm'
import { withOrganization } from '../../src/db/transaction.ts'
import { expectAnswer, WrongAnswer } from '../harness/call.ts'
import { contextOf } from '../harness/context.ts'
import { measureBeside } from '../harness/measure.ts'
import type { Section, Stage } from '../harness/section.ts'
import { newTenant, type Tenant } from '../harness/tenant.ts'
import { type SeededBundle, seedBundle } from '../seed/bundle.ts'

const assets = 50
const rounds = { warmUp: 10, rounds: 60 }

interface Preview {
  readonly items: readonly { readonly action: string; readonly diff: readonly unknown[] }[]
  readonly dependencies: readonly { readonly resolution: string }[]
  readonly findings: readonly { readonly rule: string }[]
}

/** The rows that a dry run needs, read once by the pools that it reads them with, and nothing done with them. */
async function floorOf(
  stage: Stage,
  { organization, environments, key }: Tenant,
  { items, references }: SeededBundle,
) {
  const { stores } = await contextOf(stage, key)
  const staging = stores.environments.get('staging')
  const production = stores.environments.get('production')
  if (staging === undefined || production === undefined) throw new WrongAnswer('A store is missing.')
  const ids = sql.param(items.map(({ id }) => id))
  const targets = sql.param(items.map(({ target }) => target))
  const rowsOf = async (pool: typeof staging, query: ReturnType<typeof sql>) =>
    (await withOrganization(pool, organization, (transaction) => transaction.execute(query))).rows.length
  const versions = (of: typeof ids) => sql`
    select asset.id, version.version, encode(version.digest, 'hex') as digest, version.name, content.bytes
    from asset join asset_version as version on version.organization = asset.organization
      and version.asset = asset.id and version.version = asset.version
    join content on content.organization = version.organization and content.digest = version.digest
    where asset.organization = ${organization} and asset.id = any (${of}::uuid[])`
  return async () => {
    const read = [
      await rowsOf(staging, versions(ids)),
      await rowsOf(
        staging,
        sql`select reference.asset, reference.pointer, reference.target from asset_reference as reference
          join asset on asset.organization = reference.organization and asset.id = reference.asset
            and asset.version = reference.version
          where reference.organization = ${organization} and reference.asset = any (${ids}::uuid[])`,
      ),
      await rowsOf(
        stores.control,
        sql`select * from association where organization = ${organization} and source_asset = any (${ids}::uuid[])
          and destination_environment = ${environments.production}`,
      ),
      await rowsOf(production, versions(targets)),
    ]
    if (read.join() !== [assets, references, assets, assets].join()) {
      throw new WrongAnswer(`The floor read ${read.join()} rows.`)
    }
  }
}

function dryRunOf(stage: Stage, { environments, key }: Tenant, { items, references }: SeededBundle) {
  const body = {
    promotingAssets: items.map(({ id }) => ({ id, type: 'automation' })),
    fromEnvironment: { id: environments.staging },
    toEnvironment: { id: environments.production },
    reason: 'The wards have new names',
    manifest: { webhookEventTypes: ['appointment.created'], automationLogic: 'Assigns forms to visits' },
  }
  return async () => {
    const call = { key, method: 'POST', body } as const
    const {
      items: shown,
      dependencies,
      findings,
    } = await expectAnswer<Preview>(stage, 200, '/v1/promotions?dryRun=true', call)
    const updated = shown.filter(({ action, diff }) => action === 'update' && diff.length >= 5)
    const resolved = dependencies.filter(({ resolution }) => resolution === 'associated')
    if (updated.length !== assets || resolved.length !== references) {
      throw new WrongAnswer('A dry run lacks updates, differences or resolved references.')
    }
    if (findings.some(({ rule }) => rule !== 'nobody-can-approve')) {
      throw new WrongAnswer(`A dry run found ${JSON.stringify(findings)}.`)
    }
  }
}

export const plan: Section = Object.freeze({
  name: 'plan',
  about: '50 assets of 20 KiB with 200 references, promoted once and edited since',
  async run(stage: Stage) {
    const tenant = await newTenant(stage, 'With a bundle')
    const bundle = await seedBundle(stage, tenant, assets)
    const floor = await floorOf(stage, tenant, bundle)
    const [pair] = await measureBeside(floor, [dryRunOf(stage, tenant, bundle)], rounds)
    return [
      {
        name: 'a dry run of all of them',
        floorName: 'reading the rows that it needs',
        pair,
        limit: 3,
        limited: ['p50'],
      },
    ] as const
  },
})
