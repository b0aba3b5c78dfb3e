import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { LogWriter, MemoryStore, TileTree, hashLeaf as hashEntry } from '../../tlog/index.ts'
import { logOrigin, makeLogSigner } from '../../../test/support/provenLog.ts'
import { collectHashes } from './tiles.ts'
import { climb, hashLeaf, judgeGrowth } from './tree.ts'

/** Two levels of tiles above the leaves. */
const size = 66_000
const store = new MemoryStore()
const entryOf = (index: number): Buffer => Buffer.from(`entry ${index}`)

/** The tiles as they were when the log was smaller: those at its edge are parts of what stands there now. */
async function read(path: string): Promise<Uint8Array | undefined> {
  const [tile = '', width] = path.split('.p/')
  const [wider] = [...store.files.keys()].filter((name) => name === tile || name.startsWith(`${tile}.p/`))
  const octets = wider === undefined ? undefined : await store.read(wider)
  return width === undefined ? octets : octets?.subarray(0, Number(width) * 32)
}

/** The log as src/tlog writes it, and the proofs as it makes them. */
beforeAll(async () => {
  const writer = await LogWriter.open(store, { origin: logOrigin, signers: [makeLogSigner()] })
  while (writer.size < size) writer.append(entryOf(writer.size))
  await writer.commit()
})

const places = fc.oneof(
  fc.integer({ min: 1, max: size }),
  fc.constantFrom(1, 2, 3, 255, 256, 257, 512, 65_535, 65_536, 65_537, size),
)
const treeOf = (at: number): TileTree => new TileTree({ read }, at)

it('hashes a leaf as the log does', async () => {
  expect(Buffer.from(await hashLeaf(entryOf(7)))).toEqual(hashEntry(entryOf(7)))
})

it('climbs from a leaf to the root by every proof that the log makes, and by no other', async () => {
  const pairs = fc.tuple(places, fc.nat()).map(([width, any]) => [any % width, width] as const)
  await fc.assert(
    fc.asyncProperty(pairs, async ([index, width]) => {
      const tree = treeOf(width)
      const proof = await tree.proveInclusion(index)
      const leaf = hashEntry(entryOf(index))
      const root = Buffer.from(await tree.root())
      const reached = async (hashes: readonly Uint8Array[], at = index): Promise<string> =>
        Buffer.from((await climb(leaf, at, width, hashes)) ?? []).toString('hex')
      expect(await reached(proof)).toBe(root.toString('hex'))
      expect(await reached([...proof, randomBytes(32)])).not.toBe(root.toString('hex'))
      if (proof.length > 0) expect(await reached(proof.slice(1))).not.toBe(root.toString('hex'))
      if (width > 1) expect(await reached(proof, (index + 1) % width)).not.toBe(root.toString('hex'))
    }),
    { numRuns: 60 },
  )
})

const grown = fc.tuple(places, places).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)

it('sees growth by the proofs that the log makes, and by those that it collects from tiles itself', async () => {
  await fc.assert(
    fc.asyncProperty(grown, async ([before, after]) => {
      const [older, newer] = [
        { size: before, root: await treeOf(before).root() },
        { size: after, root: await treeOf(after).root() },
      ]
      const proof = await treeOf(after).proveConsistency(before)
      expect(await judgeGrowth(older, newer, proof)).toBe('begins-with')
      if (before === after) return
      const hashes = (await collectHashes(before, after, read)) ?? []
      expect(await judgeGrowth(older, newer, hashes)).toBe('begins-with')
      // All of them told, as RFC 9162 2.1.4.1 tells them but for the root of a perfect tree.
      expect(hashes.slice(hashes.length - proof.length).map((hash) => Buffer.from(hash))).toEqual(
        proof.map((hash) => Buffer.from(hash)),
      )

      const other = { ...older, root: randomBytes(32) }
      expect(await judgeGrowth(other, newer, hashes)).toBe('differs')
      expect(await judgeGrowth(older, { ...newer, root: randomBytes(32) }, hashes)).toBe('nothing')
      expect(await judgeGrowth(newer, older, hashes)).toBe('nothing')
      expect(await judgeGrowth(older, newer, [...hashes, randomBytes(32)])).toBe('nothing')
      for (const place of hashes.keys()) {
        expect(await judgeGrowth(older, newer, hashes.with(place, randomBytes(32)))).toBe('nothing')
      }
    }),
    { numRuns: 40 },
  )
})

it('collects nothing where a tile is missing or too short', async () => {
  expect(await collectHashes(300, size, async () => undefined)).toBeUndefined()
  expect(await collectHashes(300, size, async (path) => (await read(path))?.subarray(0, 31))).toBeUndefined()
})

it('takes any numbers and hashes without an exception', async () => {
  const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const count = fc.oneof(fc.nat(), fc.constantFrom(2 ** 53 - 1, 2 ** 52, 2 ** 32 + 1))
  await fc.assert(
    fc.asyncProperty(count, count, hash, hash, fc.array(hash, { maxLength: 60 }), async (a, b, one, two, proof) => {
      const growth = await judgeGrowth({ size: a, root: one }, { size: b, root: two }, proof)
      if (a > 0 && a !== b) expect(growth).toBe('nothing')
      if (a < b) expect(Buffer.from((await climb(one, a, b, proof)) ?? [])).not.toEqual(Buffer.from(two))
    }),
  )
})
