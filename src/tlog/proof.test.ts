import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Frontier,
  type ReadNode,
  emptyRoot,
  hashChildren,
  hashLeaf,
  proveConsistency,
  proveInclusion,
  verifyConsistency,
  verifyInclusion,
} from './index.ts'

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')

/** RFC 9162 2.1.1, word for word and independent of the code: MTH by recursion. */
function treeHash(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves
  if (!only) return createHash('sha256').digest()
  if (leaves.length === 1)
    return createHash('sha256')
      .update(Buffer.from([0]))
      .update(only)
      .digest()
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  const [left, right] = [treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k))]
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest()
}

const readNodeOf =
  (leaves: readonly Uint8Array[]): ReadNode =>
  async ({ level, index }) =>
    treeHash(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))

const makeLeaves = (count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, index) => Buffer.from(`leaf ${index}`))

/** The eight leaves that implementations of RFC 6962 share since certificate-transparency's own tests. */
const knownLeaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (leaf) => Buffer.from(leaf, 'hex'),
)
/** Roots of the first one to eight of them (github.com/transparency-dev/merkle, testonly/constants.go). */
const knownRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

it('hashes leaves and nodes as RFC 6962 2.1 says (github.com/transparency-dev/merkle, rfc6962_test.go)', () => {
  expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hex(hashLeaf(Buffer.from('L123456')))).toBe('395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56')
  // golang.org/x/mod/sumdb/tlog, note_test.go
  const greeting = Buffer.from(hashLeaf(Buffer.from('hello world'))).toString('base64')
  expect(greeting).toBe('TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=')
  expect(hex(hashChildren(hashLeaf(knownLeaves[0] ?? emptyRoot), hashLeaf(knownLeaves[1] ?? emptyRoot)))).toBe(knownRoots[1])
})

it('gives the known roots, leaf by leaf', () => {
  const frontier = new Frontier()
  expect(hex(frontier.root)).toBe(hex(emptyRoot))
  const roots = knownLeaves.map((leaf) => {
    frontier.append(hashLeaf(leaf))
    return hex(frontier.root)
  })
  expect(roots).toEqual(knownRoots)
})

/** github.com/transparency-dev/merkle, testdata: "happy path" of inclusion/1, inclusion/2, consistency/1 and consistency/2. */
it('makes the proofs over them that others make', async () => {
  const base64 = (hashes: readonly Uint8Array[]): string[] => hashes.map((hash) => Buffer.from(hash).toString('base64'))
  const readNode = readNodeOf(knownLeaves)
  const [first, second] = [
    [
      'lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c=',
      'Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4=',
      'a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=',
    ],
    ['yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=', '037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc='],
  ]
  expect(base64(await proveInclusion(0, 8, readNode))).toEqual(first)
  expect(base64(await proveInclusion(5, 8, readNode))).toEqual(['vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=', ...second])
  expect(base64(await proveConsistency(1, 8, readNode))).toEqual(first)
  expect(base64(await proveConsistency(6, 8, readNode))).toEqual(['DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=', ...second])
})

/** RFC 9162 2.1.5 (RFC 6962 2.1.3): seven leaves, and the letters that the drawing there has. */
it('proves what the example of RFC 9162 2.1.5 shows', async () => {
  const leaves = makeLeaves(7)
  const over = (from: number, to: number): string => hex(treeHash(leaves.slice(from, to)))
  const [, b, c, d, , f, j] = leaves.map((leaf) => hex(hashLeaf(leaf)))
  const [g, h, i, k, l] = [over(0, 2), over(2, 4), over(4, 6), over(0, 4), over(4, 7)]
  const include = async (index: number): Promise<string[]> =>
    (await proveInclusion(index, 7, readNodeOf(leaves))).map((hash) => hex(hash))
  expect(await include(0)).toEqual([b, h, l])
  expect(await include(3)).toEqual([c, g, l])
  expect(await include(4)).toEqual([f, j, k])
  expect(await include(6)).toEqual([i, k])
  const follow = async (old: number): Promise<string[]> =>
    (await proveConsistency(old, 7, readNodeOf(leaves))).map((hash) => hex(hash))
  expect(await follow(3)).toEqual([c, d, g, l])
  expect(await follow(4)).toEqual([l])
  expect(await follow(6)).toEqual([i, j, k])
})

describe('properties', () => {
  const trees = fc.integer({ min: 1, max: 300 }).chain((size) => fc.tuple(fc.constant(size), fc.nat({ max: size - 1 })))

  it('keeps a frontier whose root is the tree hash, also when it is taken up again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.nat({ max: 40 }), (size, more) => {
        const leaves = makeLeaves(size + more)
        const first = new Frontier()
        for (const leaf of leaves.slice(0, size)) first.append(hashLeaf(leaf))
        const second = Frontier.from(size, first.nodes)
        for (const leaf of leaves.slice(size)) second.append(hashLeaf(leaf))
        expect([hex(first.root), hex(second.root)]).toEqual([hex(treeHash(leaves.slice(0, size))), hex(treeHash(leaves))])
      }),
    )
  })

  it('proves inclusion, and no single bit of it may differ', async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.nat(), async ([size, index], bit) => {
        const leaves = makeLeaves(size)
        const proof = await proveInclusion(index, size, readNodeOf(leaves))
        const whole = { index, size, leafHash: hashLeaf(leaves[index] ?? emptyRoot), proof, root: treeHash(leaves) }
        expect(verifyInclusion(whole)).toBe(true)
        expect(verifyInclusion({ ...whole, leafHash: flip(whole.leafHash, bit) })).toBe(false)
        expect(verifyInclusion({ ...whole, root: flip(whole.root, bit) })).toBe(false)
        for (const place of proof.keys()) expect(verifyInclusion({ ...whole, proof: flipOne(proof, place, bit) })).toBe(false)
        expect(verifyInclusion({ ...whole, proof: [...proof, emptyRoot] })).toBe(false)
        expect(verifyInclusion({ ...whole, proof: proof.slice(1) })).toBe(proof.length === 0)
        for (let other = 0; other < size; other += 1) expect(verifyInclusion({ ...whole, index: other })).toBe(other === index)
        expect(verifyInclusion({ ...whole, index: index + size })).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('proves consistency, and no single bit of it may differ', async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.nat(), async ([size, before], bit) => {
        const oldSize = before + 1
        const leaves = makeLeaves(size)
        const proof = await proveConsistency(oldSize, size, readNodeOf(leaves))
        const whole = { oldSize, size, oldRoot: treeHash(leaves.slice(0, oldSize)), root: treeHash(leaves), proof }
        expect(verifyConsistency(whole)).toBe(true)
        expect(verifyConsistency({ ...whole, oldRoot: flip(whole.oldRoot, bit) })).toBe(false)
        expect(verifyConsistency({ ...whole, root: flip(whole.root, bit) })).toBe(false)
        for (const place of proof.keys()) expect(verifyConsistency({ ...whole, proof: flipOne(proof, place, bit) })).toBe(false)
        expect(verifyConsistency({ ...whole, proof: [...proof, emptyRoot] })).toBe(false)
        expect(verifyConsistency({ ...whole, oldSize: size, size: oldSize })).toBe(size === oldSize)
      }),
      { numRuns: 60 },
    )
  })

  it('takes any numbers and hashes without failing', () => {
    const number = fc.oneof(fc.nat(), fc.double(), fc.constant(2 ** 53 - 1), fc.integer())
    const hash = fc.uint8Array({ minLength: 31, maxLength: 33 })
    fc.assert(
      fc.property(number, number, hash, hash, fc.array(hash, { maxLength: 60 }), (index, size, a, b, proof) => {
        expect(verifyInclusion({ index, size, leafHash: a, root: b, proof })).toBe(false)
        // The empty tree is followed by every other.
        if (index !== 0) expect(verifyConsistency({ oldSize: index, size, oldRoot: a, root: b, proof })).toBe(false)
      }),
    )
  })
})

function flip(octets: Uint8Array, bit: number): Uint8Array {
  const at = bit % (octets.length * 8)
  return octets.map((octet, place) => (place === at >> 3 ? octet ^ (1 << (at & 7)) : octet))
}

function flipOne(proof: readonly Uint8Array[], place: number, bit: number): readonly Uint8Array[] {
  return proof.map((hash, other) => (other === place ? flip(hash, bit) : hash))
}
