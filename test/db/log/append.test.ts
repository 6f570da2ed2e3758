import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { rightsOf } from '../../../src/db/rights/apply.ts'
import type { LoginRole } from '../../../src/db/rights/right.ts'
import { storeKinds } from '../../../src/db/stores.ts'
import { canonicalBytes } from '../../../src/trust/canonical.ts'
import { buildLeaf } from '../../../src/trust/leaf.ts'
import { leafHash } from '../../../src/trust/merkle.ts'
import { openStores } from '../../support/stores.ts'
import { append, appendTo, type Draft, entriesOf, headOf, originOf, verdictOn, within } from './fixture.ts'

const stores = await openStores()
const control = stores.superuser('control')

const bytes = (text: string) => new TextEncoder().encode(text)

/** What one append of one entry comes to, in an organization of its own. */
async function refusalOf(draft: Draft, login: LoginRole = 'worker_control') {
  const organization = uuidv7()
  const trying = within(stores, { login, organization }, (runner) => appendTo(runner, [draft]))
  const error = await trying.then(
    () => ({ code: 'accepted' }),
    (refusal: { code: string }) => refusal,
  )
  expect(await entriesOf(control, organization)).toEqual([])
  return error.code
}

describe('an appended entry', () => {
  test('is the leaf that its parts make', async () => {
    const organization = uuidv7()
    const data = {
      details: { text: 'é "quoted" \\ \u2028 \u{1f600}', numbers: [0, -1.5, 1e21] },
      outcome: 'success',
    }
    const drafts = [{ data }, { subject: 'promotion/a.b_c-d', type: 'promotion.decided' }, { data: {} }]
    const written = await within(stores, { organization }, (runner) => appendTo(runner, drafts))
    const entries = await entriesOf(control, organization)
    expect(entries).toHaveLength(3)
    for (const [place, entry] of entries.entries()) {
      const parts = { ...entry, source: originOf('control', organization) }
      const leaf = buildLeaf({ ...parts, data: canonicalBytes(drafts[place]?.data ?? {}) })
      expect(Buffer.from(leaf)).toEqual(entry.leaf)
      expect(Buffer.from(leafHash(leaf))).toEqual(entry.leafHash)
      expect(written[place]).toEqual({ id: entry.id, index: place, leafHash: entry.leafHash })
    }
  })

  test('may be as long as a tile can say, and no longer', async () => {
    const organization = uuidv7()
    const empty = { id: uuidv7(), data: { text: '' } }
    await within(stores, { organization }, (runner) => appendTo(runner, [empty]))
    const [entry] = await entriesOf(control, organization)
    const longest = 'x'.repeat(65_535 - (entry?.leaf.length ?? 0))
    await within(stores, { organization }, (runner) => appendTo(runner, [{ data: { text: longest } }]))
    const tooLong = within(stores, { organization }, (runner) =>
      appendTo(runner, [{ data: { text: `${longest}x` } }]),
    )
    await expect(tooLong).rejects.toMatchObject({ code: '23514', constraint: 'log_entry_leaf_check' })
    expect(await verdictOn(control, { organization })).toMatchObject({ verified: true, size: 2 })
  })

  test('has an id that its log does not have yet', async () => {
    const organization = uuidv7()
    const id = uuidv7()
    await within(stores, { organization }, (runner) => appendTo(runner, [{ id }]))
    const again = within(stores, { organization }, (runner) => appendTo(runner, [{ id }]))
    await expect(again).rejects.toMatchObject({ code: '23505' })
  })
})

test.each(['{ }', '{"b":1,"a":2}', '{"a":1.0}', '{}\n', '{"a":12345678901234567890}'])(
  'data that is not canonical, like %j, is found out by whoever verifies the log',
  async (data) => {
    const organization = uuidv7()
    await within(stores, { organization }, (runner) => appendTo(runner, [{}, { data: bytes(data) }]))
    expect(await verdictOn(control, { organization })).toMatchObject({ reason: 'leaf-refused', index: 1 })
  },
)

describe('refused is', () => {
  test.each(['a subject', 'a/b c', 'a\nb', 'é', '', 'a"b', 'a\n'])('the subject %j', async (subject) => {
    expect(await refusalOf({ subject })).toBe('CS004')
  })

  test.each(['[]', '"text"', '1', 'null', '{', '', '{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', '{} {}'])(
    'the data %j',
    async (data) => {
      expect(await refusalOf({ data: bytes(data) })).toBe('CS005')
    },
  )

  test('data that is no UTF-8', async () => {
    expect(await refusalOf({ data: Uint8Array.of(0x7b, 0xff, 0x7d) })).toBe('22021')
  })

  test('an append outside every organization', async () => {
    const trying = within(stores, { organization: null }, (runner) => appendTo(runner, [{}]))
    await expect(trying).rejects.toMatchObject({ code: 'CS001' })
  })

  test('an append of nothing, or of parts that do not pair up', async () => {
    const organization = uuidv7()
    for (const parts of [
      [[], [], [], []],
      [[uuidv7()], [], [], []],
      [[uuidv7()], ['promotion.planned'], ['a', 'b'], [Buffer.from('{}')]],
    ]) {
      const trying = within(stores, { organization }, (runner) => runner.query(append, parts))
      await expect(trying).rejects.toMatchObject({ code: 'CS002' })
    }
  })

  test.each(['ids', 'types', 'subjects', 'datas'])(
    'an append in which one of the %s is missing',
    async (part) => {
      const parts: Record<string, unknown[]> = {
        ids: [uuidv7()],
        types: ['promotion.planned'],
        subjects: ['a'],
        datas: [Buffer.from('{}')],
        [part]: [null],
      }
      const trying = within(stores, { organization: uuidv7() }, (runner) =>
        runner.query(append, Object.values(parts)),
      )
      await expect(trying).rejects.toMatchObject({ code: expect.stringMatching(/^(23502|42501)$/) })
    },
  )
})

const everyType = new Set(
  storeKinds.flatMap((store) => Object.values(rightsOf(store)).flatMap(({ appends }) => appends)),
)
const appenders = storeKinds.flatMap((store) =>
  Object.entries(rightsOf(store))
    .filter(([, { appends }]) => appends.length > 0)
    .map(([login, { appends }]) => ({ store, login: login as LoginRole, appends })),
)

test.each(appenders)('$login appends to $store what it has a right to, and nothing else', async (door) => {
  const { store, login, appends } = door
  const organization = uuidv7()
  for (const type of everyType) {
    const trying = within(stores, { store, login, organization }, (runner) => appendTo(runner, [{ type }]))
    if (appends.includes(type)) await expect(trying).resolves.toHaveLength(1)
    else await expect(trying).rejects.toMatchObject({ code: '42501' })
  }
  const told = await entriesOf(stores.superuser(store), organization)
  expect(told.map(({ type }) => type)).toEqual([...everyType].filter((type) => appends.includes(type)))
})

test('one type without a right refuses the entries that come with it', async () => {
  const organization = uuidv7()
  const drafts = [{}, { type: 'promotion.requested' }]
  const trying = within(stores, { organization }, (runner) => appendTo(runner, drafts))
  await expect(trying).rejects.toMatchObject({ code: '42501' })
  expect(await entriesOf(control, organization)).toEqual([])
})

test.each(['signer', 'auditor', 'worker_staging'] as const)('%s has no append', async (login) => {
  expect(await refusalOf({}, login)).toBe('42501')
})

describe('in one transaction', () => {
  test('there is one append', async () => {
    const organization = uuidv7()
    const twice = within(stores, { organization }, async (runner) => {
      await appendTo(runner, [{}])
      await appendTo(runner, [{}])
    })
    await expect(twice).rejects.toMatchObject({ code: 'CS003' })
    expect(await entriesOf(control, organization)).toEqual([])
  })

  test('an append that was rolled back to a savepoint does not count', async () => {
    const organization = uuidv7()
    await within(stores, { organization }, async (runner) => {
      await runner.query('SAVEPOINT attempt')
      await appendTo(runner, [{ subject: 'gone' }, { subject: 'gone' }])
      await runner.query('ROLLBACK TO SAVEPOINT attempt')
      await appendTo(runner, [{ subject: 'kept' }])
    })
    const entries = await entriesOf(control, organization)
    expect(entries.map(({ index, subject }) => [index, subject])).toEqual([[0, 'kept']])
    expect(await verdictOn(control, { organization })).toMatchObject({ verified: true, size: 1 })
  })
})

test('the time of a log never runs backwards, though the clock does', async () => {
  const organization = uuidv7()
  const append = () => within(stores, { organization }, (runner) => appendTo(runner, [{}, {}]))
  await append()
  await control.query('ALTER TABLE log_head DISABLE TRIGGER keep_rows')
  const ahead = "UPDATE log_head SET time = clock_timestamp() + interval '1 hour' WHERE organization = $1"
  await control.query(ahead, [organization])
  await control.query('ALTER TABLE log_head ENABLE ALWAYS TRIGGER keep_rows')
  await append()
  const times = (await entriesOf(control, organization)).map(({ time }) => time)
  expect(times).toEqual(times.toSorted())
  expect(times[2]).not.toBe(times[1])
  expect(await verdictOn(control, { organization })).toMatchObject({ verified: true, size: 4 })
  expect((await headOf(control, organization)).size).toBe(4)
})

test('control’s own entries enter its index in the same transaction, as they were written', async () => {
  const organization = uuidv7()
  const [person, environment, asset, promotion] = Array.from({ length: 4 }, () => uuidv7())
  const data = {
    actor: { person: person ?? '', via: 'key' },
    environment,
    asset,
    promotion,
    outcome: 'refused',
  }
  await within(stores, { organization }, async (runner) => {
    await appendTo(runner, [{ data: data as never }, {}])
    const inside = await runner.query('SELECT index FROM event_index')
    expect(inside.rows).toEqual([{ index: '0' }, { index: '1' }])
  })
  const { rows } = await control.query(
    `SELECT indexed.origin, indexed.person, indexed.environment, indexed.asset, indexed.promotion, indexed.outcome,
       indexed.leaf = entry.leaf AND indexed.leaf_hash = entry.leaf_hash AND indexed.id = entry.id
       AND indexed.time = entry.time AND indexed.type = entry.type AND indexed.subject = entry.subject AS same
     FROM event_index AS indexed JOIN log_entry AS entry USING (organization, index)
     WHERE organization = $1 ORDER BY index`,
    [organization],
  )
  const empty = { person: null, environment: null, asset: null, promotion: null, outcome: 'success' }
  const origin = originOf('control', organization)
  expect(rows).toEqual([
    { origin, person, environment, asset, promotion, outcome: 'refused', same: true },
    { origin, ...empty, same: true },
  ])
})
