import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

function sources(...folders: string[]): readonly { readonly path: string; readonly text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({ path: join(folder, name), text: readFileSync(join(root, folder, name), 'utf8') })),
  )
}

const all = sources('src', 'workflows', 'activities')

test('the rules look at the whole code', () => {
  expect(all.length).toBeGreaterThan(250)
})

test('no file is longer than 250 lines', () => {
  expect(all.filter(({ text }) => text.split('\n').length > 251).map(({ path }) => path)).toEqual([])
})

test('only the composition roots read the environment', () => {
  const reading = all.filter(({ text }) => text.includes('process.env')).map(({ path }) => path)
  const roots = ['src/server.ts', 'src/worker.ts', 'src/migrate.ts']
  expect(reading.filter((path) => !roots.includes(path) && !path.startsWith('src/cli/'))).toEqual([])
})

test('a transaction is opened for one organization and no other way', () => {
  const opening = all.filter(({ text }) => /['"`]begin\b/i.test(text)).map(({ path }) => path)
  expect(opening.sort()).toEqual(['src/db/migrate.ts', 'src/db/roles.ts', 'src/db/transaction.ts'])
})

test('the log is appended to in one place', () => {
  const appending = all.filter(({ text }) => /from append\(/.test(text)).map(({ path }) => path)
  expect(appending).toEqual(['src/services/audit/append-entries.ts'])
})

// Verbs that only store what a workflow then judges and logs, or that are parts of a verb.
const withoutEntry =
  /stories\/give-command|idempotency\/|audit\/|content\/|promotions\/(preflight|story)\/|secrets\/keys\//

test('every verb that writes also makes an entry, in the same transaction', () => {
  const writing = all.filter(
    ({ path, text }) =>
      path.startsWith('src/services/') && text.includes('withOrganization(') && text.includes('insertRows('),
  )
  expect(writing.length).toBeGreaterThan(5)
  const silent = writing.filter(
    ({ path, text }) => !/append(Entries|Last)\(/.test(text) && !withoutEntry.test(path),
  )
  expect(silent.map(({ path }) => path)).toEqual([])
})
