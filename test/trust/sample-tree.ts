import { leafHash, rootOf } from '../../src/trust/merkle.ts'
import { flipBit } from './flip-bit.ts'

/** The largest tree that the tests build. */
export const LARGEST = 65
/** Up to here each proof is also tried in the place of each other one. */
export const LARGEST_CROSSED = 24

/** The leaf hashes of the largest tree. */
export const LEAVES: readonly Uint8Array[] = Array.from({ length: LARGEST }, (_, index) =>
  leafHash(Uint8Array.of(index)),
)

/** The root of the tree over the first `size` leaves. */
export const ROOTS: readonly Uint8Array[] = Array.from({ length: LARGEST + 1 }, (_, size) =>
  rootOf(LEAVES.slice(0, size)),
)

/** The item at `index`, which must exist. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new RangeError(`No item ${index}.`)
  return item
}

/** The proof's variants with one bit flipped, one hash dropped, doubled, added or cut short. */
export function damaged(proof: readonly Uint8Array[], bit: number): (readonly Uint8Array[])[] {
  return [
    ...proof.map((hash, index) => proof.with(index, flipBit(hash, bit))),
    ...proof.map((_, index) => proof.toSpliced(index, 1)),
    ...proof.map((hash, index) => proof.toSpliced(index, 0, hash)),
    ...proof.map((hash, index) => proof.with(index, hash.slice(0, 31))),
    [...proof, rootOf([])],
    [rootOf([]), ...proof],
  ]
}
