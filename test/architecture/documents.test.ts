import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { problemTypes } from '../../src/contract/problem.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

const rooms = /^(src|workflows|activities|drizzle|docs|examples|test|tools|docker|bin|bench)\//

test('there are documents to check', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md']))
})

test.for(documents)('every path of the project that %s names exists', (document) => {
  const text = readFileSync(join(root, document), 'utf8')
  const named = [...text.matchAll(/`([^`\s]+)`/g)]
    .map(([, path]) => path ?? '')
    .filter((path) => rooms.test(path))
  const missing = named.filter((path) => !/[*{<…]/.test(path) && !existsSync(join(root, path)))
  expect(missing).toEqual([])
})

test('the committed OpenAPI document is the one the code makes', () => {
  const made = execFileSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'openapi'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  expect(readFileSync(join(root, 'openapi.json'), 'utf8')).toBe(made)
})

test('every problem code is documented with its status', () => {
  const text = readFileSync(join(root, 'docs/problems.md'), 'utf8').replace(/ +/g, ' ')
  for (const [code, { status, title }] of Object.entries(problemTypes)) {
    expect(text).toContain(`| \`${code}\` | ${status} | ${title} |`)
  }
})
