import { hashChildren } from './hash.ts'

/** A perfect subtree: the leaves from `index * 2^level` on, `2^level` of them. */
export interface Node {
  readonly level: number
  readonly index: number
}

/** Leaves from `start` up to and without `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Where the hash of a perfect subtree is found. */
export type ReadNode = (node: Node) => Promise<Uint8Array>

/** RFC 9162 2.1.1: the largest power of two smaller than `count`, where a tree of so many leaves is split. */
export function splitPoint(count: number): number {
  let point = 1
  while (point * 2 < count) point *= 2
  return point
}

/**
 * The perfect subtrees that a range consists of, from left to right. The range begins where one as large as its first may
 * begin, as every range does that a proof consists of.
 */
export function nodesOf({ start, end }: Range): readonly Node[] {
  const nodes: Node[] = []
  for (let at = start; at < end;) {
    let count = 1
    let level = 0
    while (count * 2 <= end - at) {
      count *= 2
      level += 1
    }
    nodes.push({ level, index: at / count })
    at += count
  }
  return nodes
}

/** The hash over perfect subtrees that lie side by side, the largest first. */
export function foldNodes(hashes: readonly Uint8Array[]): Uint8Array {
  const [last, ...before] = hashes.toReversed()
  if (!last) throw new RangeError('a fold of nothing')
  return before.reduce((right, left) => hashChildren(left, right), last)
}

/** The hash over a range of leaves. */
export async function hashRange(range: Range, readNode: ReadNode): Promise<Uint8Array> {
  const hashes: Uint8Array[] = []
  for (const node of nodesOf(range)) hashes.push(await readNode(node))
  return foldNodes(hashes)
}
