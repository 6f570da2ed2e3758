import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, inject } from 'vitest'
import { freePort } from '../../../src/embedded/ports.ts'
import { type EmbeddedTemporal, startTemporal } from '../../../src/embedded/temporal.ts'
import type { TemporalAddress } from '../../../src/temporal/connection.ts'

/** A Temporal server of a test's own, which may be killed and come back on the same file and the same port. */
export interface OwnTemporal {
  readonly address: TemporalAddress
  /** SIGKILL; settles when the server is gone. */
  kill(): Promise<void>
  /** Starts it again, as its file stands. */
  restart(): Promise<void>
}

/** Starts one, with settings of its own where they are given. It ends with the test file. */
export async function openTemporal(
  dynamicConfig: Readonly<Record<string, string | number>> = {},
): Promise<OwnTemporal> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-fault-'))
  const port = await freePort()
  const start = () => startTemporal({ folder, binary: inject('temporalBinary'), port, dynamicConfig })
  let running: EmbeddedTemporal = await start()
  afterAll(async () => {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    address: { address: running.address, namespace: 'default' },
    async kill() {
      process.kill(running.processId, 'SIGKILL')
      await running.exited
    },
    async restart() {
      running = await start()
    },
  }
}
