import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { RunningProcess } from './running-process.ts'
import { findProcess, isRunning } from './running-process.ts'

/**
 * Runs `work` while this process holds the lock `file`, waiting for as long as another living process holds it. A lock whose
 * holder has died is taken over. `onWait` hears once, with the holder's process id, that it has to wait.
 */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  onWait: (processId: number) => void = () => {},
): Promise<Result> {
  const ours = JSON.stringify({ ...findProcess(process.pid), token: randomUUID() })
  let told = false
  while (!(await acquire(file, ours))) {
    const holder = await readHolder(file)
    if (holder !== undefined && !told) {
      told = true
      onWait(holder.processId)
    }
    await pause(50)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function acquire(file: string, ours: string): Promise<boolean> {
  // Written aside and linked, so that nobody ever reads a lock that is half written.
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, ours)
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
    await removeAbandoned(file)
    return false
  } finally {
    await rm(draft, { force: true })
  }
}

async function removeAbandoned(file: string): Promise<void> {
  const seen = await readText(file)
  if (seen === undefined || holderIn(seen) !== undefined) return
  const aside = `${file}.${randomUUID()}`
  try {
    await rename(file, aside)
    // Another process may have taken the abandoned lock over since we looked: then it gets its own back.
    if ((await readText(aside)) !== seen) await link(aside, file)
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}

async function readHolder(file: string): Promise<RunningProcess | undefined> {
  const text = await readText(file)
  return text === undefined ? undefined : holderIn(text)
}

function holderIn(text: string): RunningProcess | undefined {
  try {
    const holder = JSON.parse(text) as RunningProcess
    return isRunning(holder) ? holder : undefined
  } catch {
    return undefined
  }
}

async function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
