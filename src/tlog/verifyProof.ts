import { equalHash, hashChildren, hashOctets, isTreeSize } from './hash.ts'

/** A way up a tree has no more steps than a size has bits. */
export const maxProofHashes = 53

/** An inclusion proof with what it is about. */
export interface Inclusion {
  readonly index: number
  readonly size: number
  readonly leafHash: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** RFC 9162 2.1.3.2: whether the leaf stands at this index of the tree with this root. */
export function verifyInclusion({ index, size, leafHash, proof, root }: Inclusion): boolean {
  if (!isTreeSize(index) || !isTreeSize(size) || index >= size || !areHashes([leafHash, root, ...proof])) return false
  let place = index
  let last = size - 1
  let hash = leafHash
  for (const sibling of proof) {
    if (last === 0) return false
    if (place % 2 === 1 || place === last) {
      hash = hashChildren(sibling, hash)
      // A right edge without a sibling goes up as it is.
      for (; place % 2 === 0 && place !== 0; place /= 2) last = Math.floor(last / 2)
    } else hash = hashChildren(hash, sibling)
    place = Math.floor(place / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && equalHash(hash, root)
}

/** A consistency proof with what it is about. */
export interface Consistency {
  readonly oldSize: number
  readonly size: number
  readonly oldRoot: Uint8Array
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** RFC 9162 2.1.4.2: whether the newer tree begins with all leaves of the older one. */
export function verifyConsistency({ oldSize, size, oldRoot, root, proof }: Consistency): boolean {
  if (!isTreeSize(oldSize) || !isTreeSize(size) || oldSize > size || !areHashes([oldRoot, root, ...proof])) return false
  if (oldSize === size) return proof.length === 0 && equalHash(oldRoot, root)
  // Every tree follows from the empty one; there is nothing to prove.
  if (oldSize === 0) return proof.length === 0
  let place = oldSize - 1
  let last = size - 1
  for (; place % 2 === 1; place = (place - 1) / 2) last = Math.floor(last / 2)
  // Where the old tree is perfect, it is the first hash, and its root is not told again.
  const [first, ...rest] = place === 0 ? [oldRoot, ...proof] : proof
  if (!first || proof.length === 0) return false
  let oldHash = first
  let hash = first
  for (const sibling of rest) {
    if (last === 0) return false
    if (place % 2 === 1 || place === last) {
      oldHash = hashChildren(sibling, oldHash)
      hash = hashChildren(sibling, hash)
      for (; place % 2 === 0 && place !== 0; place /= 2) last = Math.floor(last / 2)
    } else hash = hashChildren(hash, sibling)
    place = Math.floor(place / 2)
    last = Math.floor(last / 2)
  }
  return last === 0 && equalHash(oldHash, oldRoot) && equalHash(hash, root)
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.length <= maxProofHashes + 2 && hashes.every((hash) => hash.length === hashOctets)
}
