import { draftSuffix } from './fileStore.ts'
import type { TileStore } from './store.ts'
import { edgeOf, indexGroups } from './tile.ts'

/** Where the tiles of a checkpoint end within a level. */
interface Edge {
  readonly full: number
  readonly width: number
}

/** Tiles that a batch can have begun at the most; it is bounded in octets (`LogWriter`). */
const mostBegun = 1 << 18

/**
 * Removes what lies beyond a checkpoint: tiles of a batch that was written when the program or the power went, and whose
 * checkpoint was not. Only such can be there. Looks at the right edge alone, however large the log.
 *
 * @returns the paths that were removed
 */
export async function cutBack(store: TileStore, size: number): Promise<readonly string[]> {
  const beyond: string[] = []
  for (const level of await store.list('tile')) {
    if (!/^(?:entries|\d{1,2})$/.test(level)) continue
    const edge = edgeOf(level === 'entries' ? level : Number(level), size)
    beyond.push(...(await findBeyond(store, `tile/${level}`, [], edge)))
  }
  for (const path of beyond) await store.remove(path)
  if (beyond.length > 0) await store.sync()
  return beyond
}

async function findBeyond(store: TileStore, folder: string, above: readonly string[], edge: Edge): Promise<readonly string[]> {
  const beyond: string[] = []
  for (const name of await store.list(folder)) {
    const path = `${folder}/${name}`
    if (name.endsWith(draftSuffix)) beyond.push(path)
    else if (/^x\d{3}$/.test(name)) {
      const groups = [...above, name.slice(1)]
      if (mayHoldLater(groups, edge)) beyond.push(...(await findBeyond(store, path, groups, edge)))
    } else {
      const [, last, partial] = /^(\d{3})(\.p)?$/.exec(name) ?? []
      if (last === undefined) continue
      const index = Number([...above, last].join(''))
      if (index > edge.full || (index === edge.full && (!partial || edge.width === 0))) beyond.push(path)
      else if (partial && index < edge.full) beyond.push(path) // Its full tile is there: it is superseded.
      else if (partial) beyond.push(...(await findWider(store, path, edge.width)))
    }
  }
  return beyond
}

/** Partial tiles that are wider than the checkpoint's; narrower ones are those of earlier checkpoints. */
async function findWider(store: TileStore, folder: string, width: number): Promise<readonly string[]> {
  const names = await store.list(folder)
  return names.filter((name) => !/^\d+$/.test(name) || Number(name) > width).map((name) => `${folder}/${name}`)
}

/** Whether a folder may hold tiles after the edge. */
function mayHoldLater(groups: readonly string[], { full }: Edge): boolean {
  const edge = indexGroups(full).map((group) => group.replace('x', ''))
  if (groups.length >= edge.length) return true
  if (groups.join('') >= edge.slice(0, groups.length).join('')) return true
  // Indices of one more group begin anew with the first folder.
  return full + mostBegun >= 1000 ** edge.length
}
