import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A process by its id and its start, so that a later process with the same id is not taken for it. */
export interface RunningProcess {
  readonly processId: number
  readonly startedAt: string
}

/** The process with this id, or undefined when there is none or only its unreaped remains. */
export function findProcess(processId: number): RunningProcess | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(processId) : startByPs(processId)
  return startedAt === undefined ? undefined : { processId, startedAt }
}

/** Whether this very process still runs. */
export function isRunning(candidate: RunningProcess): boolean {
  return findProcess(candidate.processId)?.startedAt === candidate.startedAt
}

/** Sends a signal, and says nothing when the process has just ended. */
export function signalProcess(target: RunningProcess, signal: NodeJS.Signals): void {
  try {
    if (isRunning(target)) process.kill(target.processId, signal)
  } catch {}
}

function startOnLinux(processId: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${processId}/stat`, 'utf8')
    // The second field, the program's name, may hold spaces and brackets; the third is the state, the 22nd the start.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${bootId}/${fields[19]}`
  } catch {
    return undefined
  }
}

function startByPs(processId: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(processId)], {
      encoding: 'utf8',
    }).trim()
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
  } catch {
    return undefined
  }
}
