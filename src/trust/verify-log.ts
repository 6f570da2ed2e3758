import { sameBytes } from './canonical.ts'
import { type Leaf, LeafRefused, readLeaf } from './leaf.ts'
import { appendToFrontier, leafHash, rootOfFrontier } from './merkle.ts'

/** One entry of a log: its position from 0 and its exact bytes. */
export interface LogEntry {
  readonly index: number
  readonly leaf: Uint8Array
}

/** A whole log as handed over, and the size and root that a checkpoint names for it. */
export interface LogClaim {
  readonly origin: string
  readonly entries: Iterable<LogEntry>
  readonly expected: { readonly size: number; readonly root: Uint8Array }
}

export type LogMismatch =
  | 'index-gap'
  | 'leaf-refused'
  | 'foreign-source'
  | 'time-backwards'
  | 'size-mismatch'
  | 'root-mismatch'

/** `index` is the entry at fault, absent when the log as a whole is. `message` is for people. */
export type LogVerdict =
  | { readonly verified: true; readonly size: number; readonly root: Uint8Array }
  | {
      readonly verified: false
      readonly index?: number
      readonly reason: LogMismatch
      readonly message: string
    }

/**
 * Whether the entries are the complete log of `origin` at the expected size and root (RFC 9162 §2.1.1): indexes
 * contiguous from 0, every leaf canonical and from this origin, times never running backwards, the root recomputed.
 * Takes the entries one by one and keeps none, so a log may be larger than memory; stops at the first fault.
 * Throws only what the iterable throws.
 */
export function verifyLog({ origin, entries, expected }: LogClaim): LogVerdict {
  let frontier: readonly Uint8Array[] = []
  let size = 0
  let previousTime = ''
  for (const { index, leaf: bytes } of entries) {
    if (size >= expected.size) return sizeMismatch(expected.size)
    if (index !== size) {
      return fault(size, 'index-gap', `Entry ${size} is missing: the next one handed over has another index.`)
    }
    const leaf = leafOrRefusal(bytes)
    if (leaf instanceof LeafRefused) return fault(index, 'leaf-refused', `Entry ${index}: ${leaf.message}`)
    if (leaf.source !== origin) return fault(index, 'foreign-source', `Entry ${index} is of another log.`)
    // Fixed width and UTC, so the order of the texts is the order of the instants.
    if (leaf.time < previousTime) {
      return fault(index, 'time-backwards', `Entry ${index} has an earlier time than the one before it.`)
    }
    previousTime = leaf.time
    const appended = appendToFrontier(frontier, size, leafHash(bytes))
    frontier = appended.frontier
    size = appended.size
  }
  if (size !== expected.size) return sizeMismatch(expected.size)
  const root = rootOfFrontier(frontier, size)
  if (!sameBytes(root, expected.root)) {
    const message = 'The entries do not have the expected root: at least one was changed, added or left out.'
    return { verified: false, reason: 'root-mismatch', message }
  }
  return { verified: true, size, root }
}

function leafOrRefusal(bytes: Uint8Array): Leaf | LeafRefused {
  try {
    return readLeaf(bytes)
  } catch (error) {
    if (error instanceof LeafRefused) return error
    throw error
  }
}

function fault(index: number, reason: LogMismatch, message: string): LogVerdict {
  return { verified: false, index, reason, message }
}

function sizeMismatch(expectedSize: number): LogVerdict {
  return {
    verified: false,
    reason: 'size-mismatch',
    message: `The log does not have exactly ${expectedSize} entries.`,
  }
}
