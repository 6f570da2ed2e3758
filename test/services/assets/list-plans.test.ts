import type { PoolClient } from 'pg'
import { expect, test } from 'vitest'
import { openApi } from '../../support/api.ts'
import { openStores } from '../../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

interface Asked {
  readonly text: string
  readonly values: readonly unknown[]
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly Plans?: readonly Plan[]
}

function nodesOf(plan: Plan): readonly Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

/** Every query of the staging store's pool from here on. */
function listen(): Asked[] {
  const asked: Asked[] = []
  const heard = new WeakSet<PoolClient>()
  stores.pool('staging', 'api').pool.on('acquire', (client) => {
    if (heard.has(client)) return
    heard.add(client)
    const ask = client.query.bind(client)
    Object.assign(client, {
      query: (...call: unknown[]) => {
        const [query, values] = call as [string | { text: string }, unknown[] | undefined]
        if (typeof query !== 'string' && query.text.startsWith('select')) {
          asked.push({ text: query.text, values: values ?? [] })
        }
        return Reflect.apply(ask, client, call)
      },
    })
  })
  return asked
}

/** How the login of the API reads it. */
async function explain(organization: string, { text, values }: Asked): Promise<readonly Plan[]> {
  const client = await stores.pool('staging', 'api').pool.connect()
  try {
    await client.query("SELECT set_config('countersign.organization', $1, false)", [organization])
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...values])
    return nodesOf(rows[0]['QUERY PLAN'][0].Plan)
  } finally {
    client.release(true)
  }
}

test('a page of a large environment is read by indexes, whatever it is filtered by', async () => {
  const { id, environments, people } = await api.newOrganization({
    people: { engineer: { staging: 'engineer' } },
  })
  const key = people.engineer.keys.staging
  await stores.superuser('staging').query(
    `WITH stored AS (INSERT INTO content VALUES ($1, sha256('{}'), '{}')),
       seeded AS (SELECT gen_random_uuid() AS id, number FROM generate_series(1, 30000) AS number),
       assets AS (INSERT INTO asset (organization, id, environment, type, name, version, created_by, updated_by)
         SELECT $1, id, $2, CASE number % 100 WHEN 0 THEN 'filter' ELSE 'valueSet' END, 'Codes ' || number, 1, $3, $3
         FROM seeded)
     INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
     SELECT $1, id, 1, sha256('{}'), 'Codes ' || number, $3, gen_random_uuid() FROM seeded`,
    [id, environments.staging, people.engineer.id],
  )
  await stores.superuser('staging').query('ANALYZE')
  const asked = listen()
  for (const query of ['', 'type=filter', 'name=Codes%20777', 'deleted=true', 'association=in_sync']) {
    await api.expectStatus(200, `/v1/environments/${environments.staging}/assets?${query}`, { key })
  }
  expect(asked.length).toBeGreaterThanOrEqual(4)
  for (const query of [...asked]) {
    const nodes = await explain(id, query)
    const touched = nodes.map((node) => node['Actual Rows'] * node['Actual Loops'])
    expect(Math.max(...touched)).toBeLessThan(1000)
    expect(
      nodes.filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'asset'),
    ).toEqual([])
  }
})
