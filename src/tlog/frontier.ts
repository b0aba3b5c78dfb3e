import { emptyRoot, hashInto, hashOctets } from './hash.ts'
import { foldNodes, nodesOf } from './subtree.ts'

/** Levels of a tree of 2^53 leaves. */
const levels = 54
const right = 1 + hashOctets

/**
 * The right edge of a growing tree: the hashes of the perfect subtrees that it consists of, one for each bit of its size
 * (a compact range). It takes one leaf after another, and gives the root at any time, whatever the size.
 */
export class Frontier {
  /** The subtree of 2^level leaves, where the size has that bit, at `level * 32`. */
  readonly #nodes = Buffer.alloc(levels * hashOctets)
  readonly #message = Buffer.alloc(1 + 2 * hashOctets, 1)
  #size = 0

  /**
   * @param hashes the perfect subtrees, the largest first, as `nodes` gives them
   */
  static from(size: number, hashes: readonly Uint8Array[]): Frontier {
    const frontier = new Frontier()
    const nodes = nodesOf({ start: 0, end: size })
    for (const [place, node] of nodes.entries()) {
      const hash = hashes[place]
      if (hash?.length !== hashOctets) throw new RangeError(`a tree of ${size} leaves has ${nodes.length} hashes at its edge`)
      frontier.#nodes.set(hash, node.level * hashOctets)
    }
    frontier.#size = size
    return frontier
  }

  get size(): number {
    return this.#size
  }

  /**
   * Adds the hash of a leaf.
   *
   * @param completed is told each node that the leaf completes, levels 1 and up; the octets are lent for the call
   */
  append(leaf: Uint8Array, completed?: (level: number, hash: Uint8Array) => void): void {
    const message = this.#message
    message.set(leaf, right)
    let level = 0
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      this.#nodes.copy(message, 1, level * hashOctets, (level + 1) * hashOctets)
      hashInto(message, right, message)
      level += 1
      completed?.(level, message.subarray(right))
    }
    message.copy(this.#nodes, level * hashOctets, right)
    this.#size += 1
  }

  /** The perfect subtrees, the largest first. */
  get nodes(): readonly Uint8Array[] {
    return nodesOf({ start: 0, end: this.#size }).map(({ level }) =>
      Buffer.from(this.#nodes.subarray(level * hashOctets, (level + 1) * hashOctets)),
    )
  }

  /** RFC 9162 2.1.1: the Merkle Tree Hash of all leaves so far. */
  get root(): Uint8Array {
    return this.#size === 0 ? emptyRoot : foldNodes(this.nodes)
  }
}
