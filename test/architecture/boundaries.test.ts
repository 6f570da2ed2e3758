import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

interface Cruise {
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly { rule: { name: string } }[]
  }
}

async function cruise(...places: string[]): Promise<Cruise> {
  const { stdout } = await run(
    'npx',
    ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...places],
    { maxBuffer: 1 << 28 },
  ).catch((failed: { stdout: string }) => failed)
  return JSON.parse(stdout)
}

test('arrows between rooms point inward, in every module there is', async () => {
  const { summary } = await cruise('src', 'workflows', 'activities')
  expect(summary.violations.map(({ rule }) => rule.name)).toEqual([])
  expect(summary.totalCruised).toBeGreaterThan(250)
})

test('an import that a room may not make is found', async () => {
  const { summary } = await cruise('test/architecture/planted')
  expect(summary.violations.map(({ rule }) => rule.name)).toContain('nothing-imports-a-composition-root')
})
