import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashLeaf, parseTilePath, readBundle, tilePath } from './index.ts'
import { BundleBuilder, hashEntries } from './bundle.ts'
import { edgeOf, tileLevels } from './tile.ts'

describe('paths', () => {
  it('writes an index as the example of C2SP tlog-tiles does', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 'entries', index: 5, width: 17 })).toBe('tile/entries/005.p/17')
  })

  it('has the tiles of the example of C2SP tlog-tiles: a tree of 70,000, and one of 256', () => {
    expect(tileLevels(70_000)).toBe(3)
    expect([0, 1, 2].map((level) => edgeOf(level, 70_000))).toEqual([
      { full: 273, width: 112 },
      { full: 1, width: 17 },
      { full: 0, width: 1 },
    ])
    expect([0, 1].map((level) => edgeOf(level, 256))).toEqual([
      { full: 1, width: 0 },
      { full: 0, width: 1 },
    ])
    expect(tileLevels(256)).toBe(2)
  })

  it.each([
    'tile/00/000',
    'tile/64/000',
    'tile/0/0',
    'tile/0/1000',
    'tile/0/x000/001',
    'tile/0/001/000',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/',
    'tile/0/../000',
    '/tile/0/000',
    'tile/0/x999/x999/x999/x999/x999/x999/999',
    'tile/data/000',
    'tile/4/0/001',
  ])('reads no path like %s', (path) => {
    expect(parseTilePath(path)).toBeUndefined()
  })

  it('reads back what it writes, and reads nothing that it would not write', () => {
    const tiles = fc.record({
      level: fc.oneof(fc.nat({ max: 63 }), fc.constant('entries' as const)),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: 256 }),
    })
    fc.assert(
      fc.property(tiles, (tile) => {
        expect(parseTilePath(tilePath(tile))).toEqual(tile)
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^tile\/(entries|\d{1,2})\/[x\d/.p]{1,20}$/), (path) => {
        const tile = parseTilePath(path)
        if (tile) expect(tilePath(tile)).toBe(path)
      }),
    )
  })
})

describe('bundles', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 600 }), { minLength: 1, maxLength: 256 })

  it('gives back the entries that were put in, with the hash of each', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const builder = new BundleBuilder()
        const row = Buffer.alloc(list.length * 32)
        for (const [place, entry] of list.entries()) builder.append(entry, row, place * 32)
        const read = readBundle(builder.copy(), list.length)
        expect(read.kind === 'entries' && read.entries.map((entry) => [...entry])).toEqual(list.map((entry) => [...entry]))
        const hashes = Buffer.concat(list.map((entry) => hashLeaf(entry)))
        expect(row.equals(hashes)).toBe(true)
        expect(hashes.equals(hashEntries(list))).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('holds 256 of the longest entries', () => {
    const builder = new BundleBuilder()
    const row = Buffer.alloc(256 * 32)
    const longest = new Uint8Array(65_535)
    for (let place = 0; place < 256; place += 1) builder.append(longest, row, place * 32)
    expect(builder.copy()).toHaveLength(256 * 65_537)
    expect(readBundle(builder.copy(), 256).kind).toBe('entries')
  })

  it('reads any octets without failing, and every octet counts', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 256 }), (octets, width) => {
        const read = readBundle(octets, width)
        if (read.kind === 'malformed') return
        const again = read.entries.flatMap((entry) => [entry.length >> 8, entry.length & 255, ...entry])
        expect(again).toEqual([...octets])
        expect(read.entries).toHaveLength(width)
      }),
    )
    expect(readBundle(Buffer.from([0, 1]), 1)).toMatchObject({ kind: 'malformed' })
    expect(readBundle(Buffer.from([0]), 1)).toMatchObject({ kind: 'malformed' })
    expect(readBundle(Buffer.from([0, 0, 0, 0]), 1)).toMatchObject({ kind: 'malformed' })
    expect(readBundle(Buffer.from([0, 0]), 2)).toMatchObject({ kind: 'malformed' })
  })
})
