import type { Pool } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { commit, newSalt } from '../../../src/trust/commitment.ts'
import { leafHash, rootOf } from '../../../src/trust/merkle.ts'
import { openStores } from '../../support/stores.ts'
import { appendTo, entriesOf, type Head, headOf, verdictOn, within } from './fixture.ts'

const stores = await openStores()
const control = stores.superuser('control')
let organization: string
let saved: Head

beforeEach(async () => {
  organization = uuidv7()
  for (let entry = 0; entry < 7; entry += 1) {
    await within(stores, { organization }, (runner) => appendTo(runner, [{ data: { entry } }]))
  }
  saved = await headOf(control, organization)
})

/** What only a superuser can do: turn the triggers off first. */
async function tampering(work: (superuser: Pick<Pool, 'query'>) => Promise<unknown>): Promise<void> {
  const client = await control.connect()
  try {
    await client.query('BEGIN')
    for (const table of ['log_entry', 'log_head'])
      await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
    await work(client)
    for (const table of ['log_entry', 'log_head']) {
      await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`)
      await client.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER keep_rows`)
    }
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

const edit = (superuser: Pick<Pool, 'query'>, index: number) =>
  superuser.query(
    `UPDATE log_entry SET leaf = convert_to(replace(convert_from(leaf, 'UTF8'), '"entry":${index}', '"entry":9'), 'UTF8')
     WHERE organization = $1 AND index = $2`,
    [organization, index],
  )
const remove = (superuser: Pick<Pool, 'query'>, from: number, to: number) =>
  superuser.query('DELETE FROM log_entry WHERE organization = $1 AND index BETWEEN $2 AND $3', [
    organization,
    from,
    to,
  ])

/** Makes the head fit the entries again, as somebody would who hides what they did. */
async function rebuild(): Promise<void> {
  const entries = await entriesOf(control, organization)
  const root = Buffer.from(rootOf(entries.map(({ leaf }) => leafHash(leaf))))
  await tampering((superuser) =>
    superuser.query('UPDATE log_head SET root = $2, size = $3 WHERE organization = $1', [
      organization,
      root,
      entries.length,
    ]),
  )
}

describe('a superuser who turns the triggers off is found out when they', () => {
  test.each([0, 3, 6])('edit entry %i', async (index) => {
    await tampering((superuser) => edit(superuser, index))
    expect(await verdictOn(control, { organization })).toMatchObject({
      verified: false,
      reason: 'root-mismatch',
    })
  })

  test('delete an entry', async () => {
    await tampering((superuser) => remove(superuser, 3, 3))
    expect(await verdictOn(control, { organization })).toMatchObject({ reason: 'index-gap', index: 3 })
  })

  test('cut the end off', async () => {
    await tampering((superuser) => remove(superuser, 5, 6))
    expect(await verdictOn(control, { organization })).toMatchObject({ reason: 'size-mismatch' })
  })

  test('swap two entries', async () => {
    await tampering((superuser) =>
      superuser.query('UPDATE log_entry SET index = 12 - index WHERE organization = $1 AND index IN (5, 6)', [
        organization,
      ]),
    )
    expect(await verdictOn(control, { organization })).toMatchObject({ verified: false })
  })

  test('copy an entry of another organization', async () => {
    const other = uuidv7()
    await within(stores, { organization: other }, (runner) => appendTo(runner, [{}]))
    await tampering((superuser) =>
      superuser.query(
        `UPDATE log_entry SET leaf = (SELECT leaf FROM log_entry WHERE organization = $2)
         WHERE organization = $1 AND index = 2`,
        [organization, other],
      ),
    )
    await rebuild()
    expect(await verdictOn(control, { organization })).toMatchObject({ reason: 'foreign-source', index: 2 })
  })

  test('rewrite an entry and rebuild the tree: only a head kept elsewhere tells', async () => {
    await tampering((superuser) => edit(superuser, 3))
    await rebuild()
    expect(await verdictOn(control, { organization })).toMatchObject({ verified: true })
    expect(await verdictOn(control, { organization }, saved)).toMatchObject({ reason: 'root-mismatch' })
  })

  test('cut the end off and rebuild the tree: only a head kept elsewhere tells', async () => {
    await tampering((superuser) => remove(superuser, 5, 6))
    await rebuild()
    expect(await verdictOn(control, { organization })).toMatchObject({ verified: true, size: 5 })
    expect(await verdictOn(control, { organization }, saved)).toMatchObject({ reason: 'size-mismatch' })
  })
})

test('a log verifies after a text that it commits to is erased', async () => {
  const id = uuidv7()
  const salt = newSalt()
  const commitment = commit('The patient’s name is …', salt)
  await within(stores, { organization, login: 'api' }, async (runner) => {
    await runner.query(
      `INSERT INTO erasable_text (organization, id, text, salt, commitment)
       VALUES ($1, $2, $3, $4, decode($5, 'hex'))`,
      [organization, id, 'The patient’s name is …', salt, commitment],
    )
    await appendTo(runner, [
      { type: 'promotion.requested', data: { details: { reason: { id, commitment } } } },
    ])
  })
  const before = await headOf(control, organization)
  const erase = 'UPDATE erasable_text SET text = NULL, salt = NULL WHERE organization = $1'
  expect((await control.query(erase, [organization])).rowCount).toBe(1)
  expect(await verdictOn(control, { organization }, before)).toMatchObject({ verified: true, size: 8 })
  const { rows } = await control.query(
    "SELECT text, salt, encode(commitment, 'hex') AS commitment FROM erasable_text WHERE organization = $1",
    [organization],
  )
  expect(rows).toEqual([{ text: null, salt: null, commitment }])
})
