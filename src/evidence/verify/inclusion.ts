import { type Failure, failed } from './failure.ts'
import { type CheckpointNote, parseCheckpoint } from './note.ts'
import { decodeBase64, parseDecimal } from './text.ts'
import { climb, hashLeaf } from './tree.ts'

const firstLine = 'c2sp.org/tlog-proof@v1'

/** An entry of a log, shown to be in the tree of a checkpoint. Whether that is signed is another question. */
export interface Included {
  readonly kind: 'included'
  readonly index: number
  readonly checkpoint: CheckpointNote
}

/** C2SP tlog-proof: reads a proof and climbs from the entry to the root that the checkpoint has. */
export function judgeInclusion(entry: string, proof: string, where: string): Included | Failure {
  const end = proof.indexOf('\n\n')
  const [first, ...lines] = proof.slice(0, Math.max(end, 0)).split('\n')
  if (end < 0 || first !== firstLine) return failed('proof-malformed', where, `its first line is not ${firstLine}`)
  // What follows is vouched for by nobody, and nothing rests on it here.
  if (lines[0]?.startsWith('extra ')) lines.shift()
  const place = lines.shift() ?? ''
  const index = place.startsWith('index ') ? parseDecimal(place.slice(6)) : undefined
  if (index === undefined) return failed('proof-malformed', where, 'it has no index')
  const hashes = lines.map((line) => decodeBase64(line))
  const siblings = hashes.filter((hash) => hash?.length === 32)
  if (siblings.length < hashes.length) return failed('proof-malformed', where, 'a line of it is not a hash')
  const checkpoint = parseCheckpoint(proof.slice(end + 2))
  if (typeof checkpoint === 'string') return failed('checkpoint-malformed', where, `the checkpoint is none: ${checkpoint}`)
  const { size, root } = checkpoint
  if (index >= size) return failed('index-outside', where, `the log of ${size} entries that is signed has no entry ${index}`)
  if (climb(hashLeaf(Buffer.from(entry)), index, size, siblings)?.equals(root) !== true) {
    return failed('not-included', where, `the entry is not what stands at ${index} of the log that is signed`)
  }
  return { kind: 'included', index, checkpoint }
}
