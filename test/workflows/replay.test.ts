import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { expect, test } from 'vitest'

const histories = fileURLToPath(new URL('../histories/', import.meta.url))
const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url))
const mutatedPath = fileURLToPath(new URL('./mutated/index.ts', import.meta.url))

Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) })

function readHistory(name: string): unknown {
  return JSON.parse(readFileSync(`${histories}${name}`, 'utf8'))
}

const recorded = readdirSync(histories)

test('histories of every end that people reach are kept', () => {
  expect(recorded.sort()).toEqual([
    'activated-by-plan.json',
    'checked.json',
    'ended-active.json',
    'live.json',
    'promoted.json',
    'rejected.json',
    'reviewed.json',
    'rolled-back.json',
    'swept.json',
    'withdrawn.json',
  ])
})

test.for(recorded)('the workflows of today understand the recorded run %s', async (name) => {
  await expect(Worker.runReplayHistory({ workflowsPath }, readHistory(name))).resolves.toBeUndefined()
})

test('a workflow that does one thing more does not', async () => {
  const replayed = Worker.runReplayHistory({ workflowsPath: mutatedPath }, readHistory('promoted.json'))
  await expect(replayed).rejects.toThrow(DeterminismViolationError)
})

test('no recorded history holds content, a plan or free text', () => {
  for (const name of recorded) {
    const payloads = [
      ...readFileSync(`${histories}${name}`, 'utf8').matchAll(/"data": ?"([A-Za-z0-9+/=]+)"/g),
    ]
    expect(payloads.length).toBeGreaterThan(3)
    for (const [, data] of payloads) {
      const text = Buffer.from(data ?? '', 'base64').toString()
      for (const secret of [
        'Department codes',
        'open on Monday',
        'cut-over plan',
        'another look',
        'else is awake',
        'was down',
        'order goes through',
        'night shift',
        '"values"',
      ]) {
        expect(text).not.toContain(secret)
      }
    }
  }
})
