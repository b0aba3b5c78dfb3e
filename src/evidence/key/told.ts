import { basename, dirname } from 'node:path'
import { z } from 'zod'
import { FileStore, TileTree, type Verifier, checkpointPath, openCheckpoint } from '../../tlog/index.ts'
import { writeWholeFile } from '../../wholeFile.ts'
import { sameKey } from './keyList.ts'
import type { KeyPlace } from './place.ts'
import { followRotation } from './statement.ts'

/** The leaf that tells of a rotation, as far as it is looked at. */
const rotationLeaf = z.object({
  kind: z.literal('act'),
  time: z.iso.datetime(),
  act: z.literal('key-rotated'),
  detail: z.object({ from: z.string(), to: z.string(), signature: z.string() }),
})

/** What a leaf says of a rotation; undefined where it is another one. */
export function readRotation(leaf: Uint8Array): z.output<typeof rotationLeaf> | undefined {
  try {
    return rotationLeaf.safeParse(JSON.parse(Buffer.from(leaf).toString('utf8'))).data
  } catch {
    return undefined
  }
}

/**
 * Whether a log tells of a rotation between two keys: in its last leaf, below a checkpoint that the new key signed too.
 *
 * @param folder the log's own
 * @returns the number of the leaf
 */
export async function findRotation(folder: string, from: Verifier, to: Verifier): Promise<number | undefined> {
  const store = new FileStore(folder)
  const octets = await store.read(checkpointPath)
  const opened = octets && openCheckpoint(octets, { origin: to.name, logKeys: [to] })
  if (opened?.kind !== 'opened' || opened.checkpoint.size === 0) return undefined
  const { size } = opened.checkpoint
  const told = readRotation(await new TileTree(store, size).readEntry(size - 1))
  const followed = told && followRotation(from, told.detail)
  return followed && sameKey(followed, to) ? size - 1 : undefined
}

/** The leaves that tell of rotations, in their order; none where there are none. */
export async function readRotations({ rotations }: Pick<KeyPlace, 'rotations'>): Promise<readonly number[]> {
  const octets = (await new FileStore(dirname(rotations)).read(basename(rotations))) ?? new Uint8Array()
  const lines = Buffer.from(octets).toString('latin1').split('\n')
  return lines.flatMap((line) => (/^(?:0|[1-9]\d{0,15})$/.test(line) ? [Number(line)] : []))
}

/** Notes the leaf of a rotation, once however often it is done. */
export async function noteRotation(place: KeyPlace, leaf: number): Promise<void> {
  const known = await readRotations(place)
  const all = known.includes(leaf) ? known : [...known, leaf]
  await writeWholeFile(place.rotations, all.map((one) => `${one}\n`).join(''), 'is replaced')
}
