import { hash } from 'node:crypto'

/** RFC 9162 2.1.1: a leaf is hashed behind 0x00 and a node behind 0x01, so that none passes for the other. */
export function hashLeaf(entry: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from([0]), entry]), 'buffer')
}

function hashChildren(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from([1]), left, right]), 'buffer')
}

/** A way up a tree has no more steps than a size has bits. */
const maxProof = 53

/** RFC 9162 2.1.3.2: the root that an inclusion proof leads to; undefined where it is not of this index and size. */
export function climb(leafHash: Uint8Array, index: number, size: number, proof: readonly Uint8Array[]): Buffer | undefined {
  if (index >= size || proof.length > maxProof) return undefined
  let place = BigInt(index)
  let last = BigInt(size) - 1n
  let node = Buffer.from(leafHash)
  for (const sibling of proof) {
    if (last === 0n) return undefined
    if (place % 2n === 1n || place === last) {
      node = hashChildren(sibling, node)
      // At the right edge a node without a sibling is also its own parent.
      while (place % 2n === 0n && place !== 0n) {
        place /= 2n
        last /= 2n
      }
    } else node = hashChildren(node, sibling)
    place /= 2n
    last /= 2n
  }
  return last === 0n ? node : undefined
}

/** RFC 9162 2.1.4.2: whether the newer tree begins with all leaves of the older one. */
export function isContinuation(
  older: { readonly size: number; readonly root: Uint8Array },
  newer: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean {
  const same = Buffer.compare(older.root, newer.root) === 0
  if (older.size === newer.size) return same && proof.length === 0
  if (older.size === 0) return proof.length === 0
  if (older.size > newer.size || proof.length === 0 || proof.length > maxProof + 1) return false
  let place = BigInt(older.size) - 1n
  let last = BigInt(newer.size) - 1n
  while (place % 2n === 1n) {
    place /= 2n
    last /= 2n
  }
  // Where the older tree is perfect its root is the first hash, and is not told again.
  const [first = older.root, ...rest] = place === 0n ? [older.root, ...proof] : proof
  let before = Buffer.from(first)
  let after = Buffer.from(first)
  for (const sibling of rest) {
    if (last === 0n) return false
    if (place % 2n === 1n || place === last) {
      before = hashChildren(sibling, before)
      after = hashChildren(sibling, after)
      while (place % 2n === 0n && place !== 0n) {
        place /= 2n
        last /= 2n
      }
    } else after = hashChildren(after, sibling)
    place /= 2n
    last /= 2n
  }
  return last === 0n && before.equals(older.root) && after.equals(newer.root)
}
