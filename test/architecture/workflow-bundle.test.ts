import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const quiet = new DefaultLogger('ERROR', () => {})

async function bundle(workflowsPath: string) {
  return bundleWorkflowCode({ workflowsPath, logger: quiet })
}

test('the workflows bundle without anything of the machine, and stay small', async () => {
  const { code } = await bundle(join(root, 'workflows/index.ts'))
  expect(code).toContain('promotionWorkflow')
  expect(code).toContain('src/domain/promotion/decide.ts')
  expect(code.length).toBeLessThan(2_500_000)
  for (const foreign of ['src/services/', 'src/db/', 'node_modules/zod/', 'node_modules/pg/']) {
    expect(code).not.toContain(foreign)
  }
})

test('a workflow that reaches a built-in module of Node does not bundle', async () => {
  const folder = await mkdtemp(join(root, '.tmp-bundle-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'workflow.ts')
  await writeFile(
    file,
    "import { createHash } from 'node:crypto'\nexport async function hashes() { return createHash('sha256').digest('hex') }\n",
  )
  await expect(bundle(file)).rejects.toThrow()
})
