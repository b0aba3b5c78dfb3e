import { hashChildren, splitPoint } from './tree.ts'

/** Gives a file of the log by its path, as C2SP tlog-tiles has it; undefined where there is none. */
export type TileReader = (path: string) => Promise<Uint8Array | undefined>

/**
 * The hashes of a consistency proof, taken from the tiles of the larger tree (RFC 9162 2.1.4.1), the first always told.
 * Nothing of them is verified. Undefined where a tile is not there, or too short.
 */
export async function collectHashes(old: number, size: number, read: TileReader): Promise<readonly Uint8Array[] | undefined> {
  const ranges: [number, number][] = []
  let [start, end] = [0, size]
  while (end !== old) {
    const middle = start + splitPoint(end - start)
    if (old <= middle) {
      ranges.unshift([middle, end])
      end = middle
    } else {
      ranges.unshift([start, middle])
      start = middle
    }
  }
  ranges.unshift([start, end])
  const hashes: Uint8Array[] = []
  for (const [from, to] of ranges) {
    const hash = await hashRange(from, to, size, read)
    if (!hash) return undefined
    hashes.push(hash)
  }
  return hashes
}

async function hashRange(start: number, end: number, size: number, read: TileReader): Promise<Uint8Array | undefined> {
  const count = end - start
  const split = splitPoint(count)
  if (count === 1 || split * 2 === count) return readPerfect(Math.log2(count), start / count, size, read)
  const left = await hashRange(start, start + split, size, read)
  const right = await hashRange(start + split, end, size, read)
  return left && right && hashChildren(left, right)
}

/** The hash over 2^level leaves from `index * 2^level` on: folded from the hashes of one tile. */
async function readPerfect(level: number, index: number, size: number, read: TileReader): Promise<Uint8Array | undefined> {
  const row = Math.floor(level / 8)
  const count = 2 ** (level % 8)
  const first = index * count
  const tile = await readTile(row, Math.floor(first / 256), size, read)
  const octets = tile?.subarray((first % 256) * 32, ((first % 256) + count) * 32)
  if (octets?.length !== count * 32) return undefined
  return foldRow(octets)
}

async function foldRow(octets: Uint8Array): Promise<Uint8Array> {
  if (octets.length === 32) return octets
  const middle = octets.length / 2
  return hashChildren(await foldRow(octets.subarray(0, middle)), await foldRow(octets.subarray(middle)))
}

/** A tile that is not full stands under its width; a fuller one may have taken its place. */
async function readTile(row: number, index: number, size: number, read: TileReader): Promise<Uint8Array | undefined> {
  const width = Math.min(256, Math.floor(size / 256 ** row) - index * 256)
  const path = `tile/${row}/${groupDigits(index)}`
  return (width < 256 ? await read(`${path}.p/${width}`) : undefined) ?? (await read(path))
}

/** C2SP tlog-tiles: 1234067 is x001/x234/067. */
function groupDigits(index: number): string {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/\d{3}/g) ?? []
  return groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join('/')
}
