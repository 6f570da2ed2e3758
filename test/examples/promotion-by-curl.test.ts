import { execFile, spawnSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startServer } from '../runtime/spawn-countersign.ts'

vi.setConfig({ testTimeout: 180_000 })

const run = promisify(execFile)
const hasItsTools = ['bash', 'curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0)

/** What a reader would paste, but for the block that holds their own ids and key. */
async function pastedBlocks(): Promise<string> {
  const document = await readFile(new URL('../../docs/promotion-by-curl.md', import.meta.url), 'utf8')
  const blocks = [...document.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block ?? '')
  return blocks.filter((block) => !block.includes('0199…')).join('\n')
}

test.skipIf(!hasItsTools)('the promotion by curl works as its document has it', async () => {
  const data = await mkdtemp(join(tmpdir(), 'countersign-curl-'))
  // PostgreSQL may run as another account, which has to pass.
  await chmod(data, 0o711)
  const server = await startServer({ COUNTERSIGN_DATA: data })
  onTestFinished(async () => {
    server.process.kill('SIGTERM')
    await server.ended
    await rm(data, { recursive: true, force: true })
  })
  const printed = (name: string) => new RegExp(`^${name} +(\\S+)`, 'm').exec(server.output())?.[1] ?? ''

  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', await pastedBlocks()], {
    env: {
      PATH: process.env.PATH,
      URL: server.url,
      ORGANIZATION: printed('organization'),
      STAGING: printed('staging'),
      PRODUCTION: printed('production'),
      OWNER_KEY: printed('key'),
    },
  })

  expect(stdout).toContain('{"risk":"moderate","blockers":["binding-missing"]}')
  expect(stdout).toContain('{"risk":"moderate","blockers":[]}')
  expect(stdout).toContain('{"status":403,"code":"contributor-may-not-decide","state":null}')
  expect(stdout).toContain('"active"\n1\n')
  expect(stdout).toMatch(/production {2}asset\.activated {2}success/)
})
