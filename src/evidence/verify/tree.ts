import { sha256 } from './digest.ts'
import { equalOctets, joinOctets } from './octets.ts'

/** RFC 9162 2.1.1: a leaf is hashed behind 0x00 and a node behind 0x01, so that none passes for the other. */
export async function hashLeaf(entry: Uint8Array): Promise<Uint8Array> {
  return sha256(joinOctets(Uint8Array.of(0), entry))
}

export async function hashChildren(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return sha256(joinOctets(Uint8Array.of(1), left, right))
}

/** The size and root of a log at some time. */
export interface Tree {
  readonly size: number
  readonly root: Uint8Array
}

/**
 * RFC 9162 2.1.1: where a tree of so many leaves is split, the largest power of two below their number. Multiplied, not
 * shifted: sizes have more than 32 bits.
 */
export function splitPoint(size: number): number {
  let point = 1
  while (point * 2 < size) point *= 2
  return point
}

/**
 * The root that an inclusion proof leads to, by the definition of the proof (RFC 9162 2.1.3.1): its last hash is of the half
 * that the leaf is not in. Undefined where the proof has too few hashes or too many.
 */
export async function climb(
  leafHash: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Promise<Uint8Array | undefined> {
  if (size === 1) return proof.length === 0 ? leafHash : undefined
  const other = proof.at(-1)
  if (!other) return undefined
  const split = splitPoint(size)
  if (index < split) {
    const left = await climb(leafHash, index, split, proof.slice(0, -1))
    return left && hashChildren(left, other)
  }
  const right = await climb(leafHash, index - split, size - split, proof.slice(0, -1))
  return right && hashChildren(other, right)
}

/** What a consistency proof shows. `nothing`: it leads to neither of the two roots, and is wrong. */
export type Growth = 'begins-with' | 'differs' | 'nothing'

/**
 * Whether the newer tree begins with all leaves of the older one (RFC 9162 2.1.4). A proof that leads to the root of the newer
 * tree, and not to that of the older, shows that it does not.
 *
 * @param proof with 2.1.4.1 the root of an older tree that is perfect is left out: here it may stand there, at the beginning
 */
export async function judgeGrowth(older: Tree, newer: Tree, proof: readonly Uint8Array[]): Promise<Growth> {
  if (older.size > newer.size) return 'nothing'
  if (older.size === newer.size)
    return proof.length > 0 ? 'nothing' : equalOctets(older.root, newer.root) ? 'begins-with' : 'differs'
  if (older.size === 0) return proof.length === 0 ? 'begins-with' : 'nothing'
  const told = await rebuild(older.size, newer.size, proof)
  const roots = told && equalOctets(told.after, newer.root) ? told : await rebuild(older.size, newer.size, [older.root, ...proof])
  if (!roots || !equalOctets(roots.after, newer.root)) return 'nothing'
  return equalOctets(roots.before, older.root) ? 'begins-with' : 'differs'
}

interface Roots {
  readonly before: Uint8Array
  readonly after: Uint8Array
}

/** RFC 9162 2.1.4.1, backwards: the roots of both trees from the hashes of the subtrees, all of them told. */
async function rebuild(old: number, size: number, proof: readonly Uint8Array[]): Promise<Roots | undefined> {
  const other = proof.at(-1)
  if (!other) return undefined
  if (old === size) return proof.length === 1 ? { before: other, after: other } : undefined
  const split = splitPoint(size)
  if (old <= split) {
    const left = await rebuild(old, split, proof.slice(0, -1))
    return left && { before: left.before, after: await hashChildren(left.after, other) }
  }
  const right = await rebuild(old - split, size - split, proof.slice(0, -1))
  return right && { before: await hashChildren(other, right.before), after: await hashChildren(other, right.after) }
}
