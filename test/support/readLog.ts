import { join } from 'node:path'
import { type ActName, type Leaf, readLeaf } from '../../src/evidence/index.ts'
import { FileStore, TileTree, checkpointPath, parseCheckpoint, parseNote } from '../../src/tlog/index.ts'

/** What stands in the evidence log of a data folder, in its order, signed or not: the texts. None where there is no log. */
export async function readLogTexts(data: string): Promise<readonly string[]> {
  const store = new FileStore(join(data, 'evidence'))
  const note = parseNote((await store.read(checkpointPath)) ?? '')
  const checkpoint = note.kind === 'note' ? parseCheckpoint(note.text) : undefined
  if (checkpoint?.kind !== 'checkpoint') return []
  const tree = new TileTree(store, checkpoint.size)
  const texts: string[] = []
  for (let index = 0; index < checkpoint.size; index++) texts.push(Buffer.from(await tree.readEntry(index)).toString())
  return texts
}

/** The same as data. */
export async function readLog(data: string): Promise<readonly Leaf[]> {
  return (await readLogTexts(data)).map((text) => {
    const read = readLeaf(Buffer.from(text))
    if (read.kind === 'refused') throw new Error(`${read.why}: ${text}`)
    return read.leaf
  })
}

/** The acts that stand there, of one name or of all. */
export async function readActs(data: string, act?: ActName) {
  return (await readLog(data)).flatMap((leaf) => (leaf.kind === 'act' && (act === undefined || leaf.act === act) ? [leaf] : []))
}
