import { createHash } from 'node:crypto'
import { sameBytes, sha256 } from './canonical.ts'

const HASH_BYTES = 32
const LEAF_PREFIX = Uint8Array.of(0x00)
const NODE_PREFIX = Uint8Array.of(0x01)

/** The hash of a log entry's bytes, SHA-256(0x00 ‖ entry): RFC 9162 §2.1.1. 32 bytes. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(LEAF_PREFIX).update(entry).digest())
}

/** The hash of an inner node, SHA-256(0x01 ‖ left ‖ right): RFC 9162 §2.1.1. RangeError unless both are 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  // Other lengths would let two different pairs of children share one hash.
  if (left.length !== HASH_BYTES || right.length !== HASH_BYTES) throw new RangeError('A hash has 32 bytes.')
  return new Uint8Array(createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest())
}

/** The root of the tree without entries, SHA-256 of nothing: RFC 9162 §2.1.1. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0))
}

/** The Merkle tree hash over leaf hashes in the order of the log: RFC 9162 §2.1.1 (RFC 6962 §2.1). */
export function rootOf(leafHashes: readonly Uint8Array[]): Uint8Array {
  return leafHashes.length === 0 ? emptyRoot() : rootOfRange(leafHashes, 0, leafHashes.length)
}

/** The root of a complete subtree: it covers the 2^level entries from index × 2^level on. Level 0 is the leaves. */
export interface TreeNode {
  readonly level: number
  readonly index: number
  readonly hash: Uint8Array
}

/** The tree after an append, and every complete subtree the append finished, lowest level first. */
export interface Appended {
  readonly frontier: readonly Uint8Array[]
  readonly size: number
  readonly nodes: readonly TreeNode[]
}

/**
 * Appends one leaf hash to a tree known by its frontier: the roots of the complete subtrees of `size`'s binary
 * decomposition, from the largest (leftmost) to the smallest. Leaves its arguments as they are.
 * RangeError when the frontier does not belong to `size`.
 */
export function appendToFrontier(frontier: readonly Uint8Array[], size: number, leaf: Uint8Array): Appended {
  refuseForeignFrontier(frontier, size)
  if (leaf.length !== HASH_BYTES) throw new RangeError('A hash has 32 bytes.')
  const roots = [...frontier]
  const nodes: TreeNode[] = [{ level: 0, index: size, hash: leaf }]
  let node: TreeNode = { level: 0, index: size, hash: leaf }
  for (let left = popSibling(roots, node); left !== undefined; left = popSibling(roots, node)) {
    node = { level: node.level + 1, index: half(node.index), hash: nodeHash(left, node.hash) }
    nodes.push(node)
  }
  return { frontier: [...roots, node.hash], size: size + 1, nodes }
}

/** The root of the tree of `size` entries that `frontier` stands for. RangeError when the two do not belong together. */
export function rootOfFrontier(frontier: readonly Uint8Array[], size: number): Uint8Array {
  refuseForeignFrontier(frontier, size)
  const smallest = frontier.at(-1)
  if (smallest === undefined) return emptyRoot()
  return frontier.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), smallest)
}

/**
 * The sibling hashes, leaf to root, that prove entry `index` in the tree over `leafHashes`: RFC 9162 §2.1.3.1.
 * RangeError when there is no such entry.
 */
export function inclusionProof(leafHashes: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  if (!isSize(index) || index >= leafHashes.length)
    throw new RangeError('The tree has no entry at this index.')
  const proof: Uint8Array[] = []
  let start = 0
  let end = leafHashes.length
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      proof.push(rootOfRange(leafHashes, middle, end))
      end = middle
    } else {
      proof.push(rootOfRange(leafHashes, start, middle))
      start = middle
    }
  }
  return proof.reverse()
}

/** What `verifyInclusion` checks: the entry's index and leaf hash against a tree's size and root. */
export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** Whether the proof shows the leaf at `index` of the tree with this size and root: RFC 9162 §2.1.3.2. Never throws. */
export function verifyInclusion({ index, size, leafHash, proof, root }: InclusionClaim): boolean {
  if (!isSize(index) || !isSize(size) || index >= size) return false
  if (![leafHash, ...proof].every((hash) => hash.length === HASH_BYTES)) return false
  let position = index
  let last = size - 1
  let hash = leafHash
  for (const sibling of proof) {
    if (last === 0) return false
    if (isOdd(position) || position === last) {
      hash = nodeHash(sibling, hash)
      // On the right border a node without a sibling is its own parent: climb until it is a right child.
      for (; !isOdd(position) && position !== 0; position = half(position)) last = half(last)
    } else {
      hash = nodeHash(hash, sibling)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && sameBytes(hash, root)
}

/**
 * The hashes that prove the tree over `leafHashes` to extend its own first `firstSize` entries: RFC 9162 §2.1.4.1.
 * Empty when both are the same tree. RangeError unless 0 < `firstSize` ≤ the number of leaf hashes.
 */
export function consistencyProof(
  leafHashes: readonly Uint8Array[],
  firstSize: number,
): readonly Uint8Array[] {
  if (!isSize(firstSize) || firstSize === 0 || firstSize > leafHashes.length) {
    throw new RangeError('A consistency proof leads from 1 or more entries to the same number or more.')
  }
  const proof: Uint8Array[] = []
  let start = 0
  let end = leafHashes.length
  while (firstSize < end) {
    const middle = start + splitOf(end - start)
    if (firstSize <= middle) {
      proof.push(rootOfRange(leafHashes, middle, end))
      end = middle
    } else {
      proof.push(rootOfRange(leafHashes, start, middle))
      start = middle
    }
  }
  // The verifier knows this root already when it is the whole first tree.
  if (start > 0) proof.push(rootOfRange(leafHashes, start, end))
  return proof.reverse()
}

/** What `verifyConsistency` checks: a smaller tree's size and root against a larger one's. */
export interface ConsistencyClaim {
  readonly firstSize: number
  readonly firstRoot: Uint8Array
  readonly secondSize: number
  readonly secondRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/**
 * Whether the proof shows the second tree to extend the first: RFC 9162 §2.1.4.2. Never throws. False for an empty
 * first tree, about which there is nothing to prove.
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { firstSize, firstRoot, secondSize, secondRoot, proof } = claim
  if (!isSize(firstSize) || !isSize(secondSize) || firstSize === 0 || firstSize > secondSize) return false
  if (firstSize === secondSize) return proof.length === 0 && sameBytes(firstRoot, secondRoot)
  if (![firstRoot, ...proof].every((hash) => hash.length === HASH_BYTES)) return false
  let position = firstSize - 1
  let last = secondSize - 1
  for (; isOdd(position); position = half(position)) last = half(last)
  // All bits of firstSize - 1 set means a power of two: the first root itself is where the path starts.
  const [start, ...path] = position === 0 ? [firstRoot, ...proof] : proof
  if (start === undefined || path.length === 0) return false
  let first = start
  let second = start
  for (const hash of path) {
    if (last === 0) return false
    if (isOdd(position) || position === last) {
      first = nodeHash(hash, first)
      second = nodeHash(hash, second)
      for (; !isOdd(position) && position !== 0; position = half(position)) last = half(last)
    } else {
      second = nodeHash(second, hash)
    }
    position = half(position)
    last = half(last)
  }
  return last === 0 && sameBytes(first, firstRoot) && sameBytes(second, secondRoot)
}

function rootOfRange(leafHashes: readonly Uint8Array[], start: number, end: number): Uint8Array {
  const only = leafHashes[start]
  if (only === undefined) throw new RangeError('The tree has no entry at this index.')
  if (end - start === 1) return only
  const middle = start + splitOf(end - start)
  return nodeHash(rootOfRange(leafHashes, start, middle), rootOfRange(leafHashes, middle, end))
}

/** The largest power of two below `count`, which is at least 2. */
function splitOf(count: number): number {
  let split = 1
  while (split * 2 < count) split *= 2
  return split
}

function popSibling(roots: Uint8Array[], node: TreeNode): Uint8Array | undefined {
  return isOdd(node.index) ? roots.pop() : undefined
}

function refuseForeignFrontier(frontier: readonly Uint8Array[], size: number): void {
  if (!isSize(size)) throw new RangeError('A size is a whole number from 0 on.')
  let subtrees = 0
  for (let rest = size; rest > 0; rest = half(rest)) subtrees += isOdd(rest) ? 1 : 0
  if (frontier.length !== subtrees)
    throw new RangeError(`A frontier of ${size} entries has ${subtrees} hashes.`)
}

// Arithmetic rather than bit operators, which end at 32 bits.
function half(value: number): number {
  return Math.floor(value / 2)
}

function isOdd(value: number): boolean {
  return value % 2 === 1
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
