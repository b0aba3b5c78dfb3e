import { hash } from 'node:crypto'

/** Octets of a SHA-256 hash. */
export const hashOctets = 32

/** Leaves of a tree are counted in numbers that are exact: up to 2^53 - 1. */
export function isTreeSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

/** RFC 6962 2.1: the hash of a tree without leaves is that of the empty string. */
export const emptyRoot: Uint8Array = hash('sha256', '', 'buffer')

/** RFC 9162 2.1.1: a leaf is hashed behind 0x00 and a node behind 0x01, so that none passes for the other. */
export function hashLeaf(entry: Uint8Array): Uint8Array {
  const message = Buffer.allocUnsafe(entry.length + 1)
  message[0] = 0
  message.set(entry, 1)
  return hash('sha256', message, 'buffer')
}

export function hashChildren(left: Uint8Array, right: Uint8Array): Uint8Array {
  const message = Buffer.allocUnsafe(1 + 2 * hashOctets)
  message[0] = 1
  message.set(left, 1)
  message.set(right, 1 + hashOctets)
  return hash('sha256', message, 'buffer')
}

/**
 * Hashes a message into a place of a buffer. By way of a string: that costs half of what a Buffer for each hash does.
 */
export function hashInto(target: Buffer, at: number, message: Uint8Array): void {
  target.write(hash('sha256', message, 'binary'), at, hashOctets, 'latin1')
}

/** The root over a full row of hashes, as many as a power of two: those of a perfect subtree, from left to right. */
export function hashRow(row: Uint8Array): Uint8Array {
  const nodes = Buffer.from(row)
  const message = Buffer.allocUnsafe(1 + 2 * hashOctets)
  message[0] = 1
  for (let count = nodes.length / hashOctets; count > 1; count /= 2) {
    for (let pair = 0; pair < count / 2; pair += 1) {
      nodes.copy(message, 1, pair * 2 * hashOctets, (pair + 1) * 2 * hashOctets)
      hashInto(nodes, pair * hashOctets, message)
    }
  }
  return nodes.subarray(0, hashOctets)
}

export function equalHash(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
