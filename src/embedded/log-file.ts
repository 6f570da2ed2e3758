import { open, rename } from 'node:fs/promises'

/** Starts a new log: what an earlier run wrote is kept once, as `<file>.previous`. */
export async function beginLog(file: string): Promise<void> {
  await rename(file, `${file}.previous`).catch(() => {})
}

/** The last lines of a log, at most two thousand bytes, or a note that there are none. */
export async function logTail(file: string): Promise<string> {
  const limit = 2_000
  try {
    const log = await open(file, 'r')
    try {
      const { size } = await log.stat()
      const { buffer, bytesRead } = await log.read({
        buffer: Buffer.alloc(limit),
        position: Math.max(0, size - limit),
      })
      return buffer.toString('utf8', 0, bytesRead).trim() || '(the log is empty)'
    } finally {
      await log.close()
    }
  } catch {
    return '(there is no log)'
  }
}
