import { type Range, type ReadNode, hashRange, splitPoint } from './subtree.ts'

/** RFC 9162 2.1.3.1: the subtrees beside the way from a leaf to the root, the leaf's sibling first. */
function inclusionRanges(index: number, size: number): readonly Range[] {
  const ranges: Range[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    if (index < middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  return ranges.toReversed()
}

/** RFC 9162 2.1.4.1: the subtrees from which both the root of the first `old` leaves and that of all follow. */
function consistencyRanges(old: number, size: number): readonly Range[] {
  if (old === 0 || old === size) return []
  const ranges: Range[] = []
  let start = 0
  let end = size
  while (end !== old) {
    const middle = start + splitPoint(end - start)
    if (old <= middle) {
      ranges.push({ start: middle, end })
      end = middle
    } else {
      ranges.push({ start, end: middle })
      start = middle
    }
  }
  // The old tree's own hash is known to whoever asks; a part of it is not.
  if (start > 0) ranges.push({ start, end })
  return ranges.toReversed()
}

/**
 * Proves that a leaf is in a tree.
 *
 * @throws RangeError where there is no such leaf
 */
export async function proveInclusion(index: number, size: number, readNode: ReadNode): Promise<readonly Uint8Array[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`there is no leaf ${index} in a tree of ${size}`)
  return hashRanges(inclusionRanges(index, size), readNode)
}

/**
 * Proves that a tree holds all leaves of an older one, in their order.
 *
 * @throws RangeError where the older tree is the larger one
 */
export async function proveConsistency(old: number, size: number, readNode: ReadNode): Promise<readonly Uint8Array[]> {
  if (!(old >= 0 && old <= size)) throw new RangeError(`a tree of ${size} leaves does not follow from one of ${old}`)
  return hashRanges(consistencyRanges(old, size), readNode)
}

async function hashRanges(ranges: readonly Range[], readNode: ReadNode): Promise<readonly Uint8Array[]> {
  const hashes: Uint8Array[] = []
  for (const range of ranges) hashes.push(await hashRange(range, readNode))
  return hashes
}
