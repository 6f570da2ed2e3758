import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { appendToFrontier, leafHash, rootOf } from '../../../src/trust/merkle.ts'
import { openStores } from '../../support/stores.ts'
import { appendTo, entriesOf, type Head, headOf, verdictOn, within } from './fixture.ts'

const stores = await openStores()
const control = stores.superuser('control')

async function nodesOf(organization: string) {
  const { rows } = await control.query(
    `SELECT level, index::integer, encode(hash, 'hex') AS hash FROM log_node WHERE organization = $1
     ORDER BY level, index`,
    [organization],
  )
  return rows
}

/** The inner nodes and the frontier that the trust code computes from the entries alone. */
async function computed(organization: string) {
  let frontier: readonly Uint8Array[] = []
  const nodes = []
  for (const { index, leaf } of await entriesOf(control, organization)) {
    const appended = appendToFrontier(frontier, index, leafHash(leaf))
    frontier = appended.frontier
    nodes.push(...appended.nodes.filter(({ level }) => level > 0))
  }
  return {
    nodes: nodes
      .map(({ level, index, hash }) => ({ level, index, hash: Buffer.from(hash).toString('hex') }))
      .toSorted((left, right) => left.level - right.level || left.index - right.index),
    frontier: frontier.map((hash) => Buffer.from(hash)),
  }
}

test('a log that grows one by one has the root that its entries give, at every size', async () => {
  const organization = uuidv7()
  const heads: Head[] = []
  for (let size = 1; size <= 70; size += 1) {
    await within(stores, { organization }, (runner) => appendTo(runner, [{ data: { size } }]))
    heads.push(await headOf(control, organization))
  }
  const entries = await entriesOf(control, organization)
  const leafHashes = entries.map(({ leaf }) => leafHash(leaf))
  expect(heads.map(({ size }) => size)).toEqual(entries.map(({ index }) => index + 1))
  for (const { size, root } of heads) {
    expect([size, root]).toEqual([size, Buffer.from(rootOf(leafHashes.slice(0, size)))])
  }
  expect(await verdictOn(control, { organization })).toMatchObject({ verified: true, size: 70 })
  const { nodes, frontier } = await computed(organization)
  expect(await nodesOf(organization)).toEqual(nodes)
  expect(heads.at(-1)?.frontier).toEqual(frontier)
})

test('a log that grows by batches is the same tree, whatever the batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 6 }),
      async (batches) => {
        const organization = uuidv7()
        for (const batch of batches) {
          const drafts = Array.from({ length: batch }, () => ({}))
          await within(stores, { organization }, (runner) => appendTo(runner, drafts))
        }
        const size = batches.reduce((sum, batch) => sum + batch, 0)
        expect(await verdictOn(control, { organization })).toMatchObject({ verified: true, size })
        const { nodes, frontier } = await computed(organization)
        expect(await nodesOf(organization)).toEqual(nodes)
        expect((await headOf(control, organization)).frontier).toEqual(frontier)
      },
    ),
    { numRuns: 25 },
  )
})

test('200 transactions at once, many of which roll back, leave a log without a gap, in the order of their commits', async () => {
  const organization = uuidv7()
  const commits = fc.sample(fc.boolean(), 200)
  let writing = true
  const prefixes: { entries: number; next: number; size: number }[] = []
  const reading = (async () => {
    while (writing) {
      const { rows } = await control.query(
        `SELECT count(*)::integer AS entries, coalesce(max(index) + 1, 0)::integer AS next,
           coalesce((SELECT size FROM log_head WHERE organization = $1), 0)::integer AS size
         FROM log_entry WHERE organization = $1`,
        [organization],
      )
      prefixes.push(rows[0])
    }
  })()
  const rollback = new Error('rolled back')
  const outcomes = await Promise.allSettled(
    commits.map((commit, place) =>
      within(stores, { organization }, async (runner) => {
        const written = await appendTo(runner, [{ data: { place } }, { data: { place } }])
        if (!commit) throw rollback
        return written.map(({ index }) => index)
      }),
    ),
  )
  writing = false
  await reading
  const indexes = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  expect(new Set(failures)).toEqual(new Set([rollback]))
  const expected = 2 * commits.filter((commit) => commit).length
  expect(indexes.toSorted((left, right) => left - right)).toEqual(
    Array.from({ length: expected }, (_, index) => index),
  )
  expect(await verdictOn(control, { organization })).toMatchObject({ verified: true, size: expected })
  // Whoever reads meanwhile never sees an entry before one with a lower index, nor the log shrink.
  for (const { entries, next, size } of prefixes) expect([next, size]).toEqual([entries, entries])
  const seen = prefixes.map(({ entries }) => entries)
  expect(seen).toEqual(seen.toSorted((left, right) => left - right))
})
