import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedServerError } from './embedded-server-error.ts'
import type { RunningProcess } from './running-process.ts'
import { isRunning, signalProcess } from './running-process.ts'

/** What the watchdog writes beside the data that its server uses, for as long as both run. */
export interface Occupant {
  readonly parent: RunningProcess
  readonly watchdog: RunningProcess
  readonly server: RunningProcess
  readonly stopping: boolean
}

const patienceMilliseconds = 30_000
const pollMilliseconds = 25

/** The file in which the watchdog of a server on `folder` records itself. */
export function occupantFile(folder: string): string {
  return join(folder, 'occupant.json')
}

/**
 * Waits until no server of ours uses `folder`: one that is stopping gets its time, one whose watchdog died is stopped here.
 *
 * @throws EmbeddedServerError when a living process uses the folder, or when its server does not end within 30 seconds.
 */
export async function awaitVacancy(
  folder: string,
  server: { readonly name: string; readonly stopSignal: NodeJS.Signals },
  onProgress: (message: string) => void,
): Promise<void> {
  const began = Date.now()
  let told = false
  for (;;) {
    const occupant = await readOccupant(folder)
    if (occupant === undefined) return
    const watched = isRunning(occupant.watchdog)
    if (!watched && !isRunning(occupant.server)) {
      await rm(occupantFile(folder), { force: true })
      return
    }
    if (watched && !occupant.stopping && isRunning(occupant.parent)) {
      throw new EmbeddedServerError(
        `${server.name} in ${folder} is in use by process ${occupant.parent.processId}. Stop that process first, or set COUNTERSIGN_DATA to another folder.`,
      )
    }
    if (!told) onProgress(`Waiting for the previous ${server.name} in ${folder} to stop.`)
    if (!told && !watched) signalProcess(occupant.server, server.stopSignal)
    told = true
    if (Date.now() - began > patienceMilliseconds) {
      throw new EmbeddedServerError(
        `The previous ${server.name} in ${folder} (process ${occupant.server.processId}) does not stop. End it, then start again.`,
      )
    }
    await pause(pollMilliseconds)
  }
}

async function readOccupant(folder: string): Promise<Occupant | undefined> {
  try {
    return JSON.parse(await readFile(occupantFile(folder), 'utf8')) as Occupant
  } catch {
    return undefined
  }
}
