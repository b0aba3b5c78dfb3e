import { type Failure, failed } from './failure.ts'
import { type CheckpointNote, parseCheckpoint } from './note.ts'
import { equalOctets } from './octets.ts'
import { decodeBase64, encodeText, parseDecimal } from './text.ts'
import { climb, hashLeaf } from './tree.ts'

const firstLine = 'c2sp.org/tlog-proof@v1'
/** A way up a tree has no more steps than a size has bits. */
const maxProofHashes = 53

/** C2SP tlog-proof, read and not verified. */
export interface InclusionProof {
  readonly kind: 'proof'
  readonly index: number
  /** The leaf's sibling first. */
  readonly hashes: readonly Uint8Array[]
  /** The signed note as it stands there. */
  readonly note: string
  readonly checkpoint: CheckpointNote
}

export function parseProof(text: string, where: string): InclusionProof | Failure {
  const end = text.indexOf('\n\n')
  const [first, ...lines] = text.slice(0, Math.max(end, 0)).split('\n')
  if (end < 0 || first !== firstLine) return failed('proof-malformed', where, `its first line is not ${firstLine}`)
  // What follows is vouched for by nobody, so nothing may stand there.
  if (lines[0]?.startsWith('extra ')) return failed('proof-malformed', where, 'it has an extra line, which nothing vouches for')
  const place = lines.shift() ?? ''
  const index = place.startsWith('index ') ? parseDecimal(place.slice(6)) : undefined
  if (index === undefined) return failed('proof-malformed', where, 'it has no index')
  if (lines.length > maxProofHashes) return failed('proof-malformed', where, `it has more than ${maxProofHashes} hashes`)
  const hashes = lines.flatMap((line) => decodeBase64(line) ?? [])
  if (hashes.length < lines.length || hashes.some(({ length }) => length !== 32)) {
    return failed('proof-malformed', where, 'a line of it is not a hash')
  }
  const note = text.slice(end + 2)
  const checkpoint = parseCheckpoint(note)
  if (typeof checkpoint === 'string') return failed('checkpoint-malformed', where, `the checkpoint is none: ${checkpoint}`)
  return { kind: 'proof', index, hashes, note, checkpoint }
}

/** C2SP tlog-proof, "Verifying a tlog proof": climbs from the entry to the root that the checkpoint has. */
export async function judgeInclusion(
  entry: string,
  { index, hashes }: InclusionProof,
  { size, root }: CheckpointNote,
  where: string,
): Promise<Failure | undefined> {
  if (index >= size) return failed('index-outside', where, `the log of ${size} entries that is signed has no entry ${index}`)
  const reached = await climb(await hashLeaf(encodeText(entry)), index, size, hashes)
  if (reached && equalOctets(reached, root)) return undefined
  return failed('not-included', where, `the entry is not what stands at ${index} of the log that is signed`)
}
