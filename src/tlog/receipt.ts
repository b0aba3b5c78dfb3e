import { type Note, parseNote, printNote } from './note.ts'
import { hashOctets } from './hash.ts'
import { type Malformed, decodeBase64, encodeBase64, malformed, parseDecimal, readText } from './text.ts'
import { maxProofHashes } from './verifyProof.ts'

/** C2SP tlog-proof: that an entry is in a log, for whoever has the entry and the log's key. */
export interface Receipt {
  readonly kind: 'receipt'
  /** Opaque, and vouched for by nobody. */
  readonly extra: Uint8Array | undefined
  readonly index: number
  /** The inclusion proof, the leaf's sibling first. */
  readonly proof: readonly Uint8Array[]
  /** The checkpoint as the log signed it. */
  readonly checkpoint: Note
}

const firstLine = 'c2sp.org/tlog-proof@v1'

/** Reads a receipt. The checkpoint in it is a note, not yet read as a checkpoint and not verified. */
export function parseReceipt(input: Uint8Array | string): Receipt | Malformed {
  const text = readText(input)
  if (typeof text !== 'string') return text
  const end = text.indexOf('\n\n')
  if (end < 0) return malformed('no empty line stands before a checkpoint')
  const [first, ...lines] = text.slice(0, end).split('\n')
  if (first !== firstLine) return malformed(`its first line is not ${firstLine}`)
  const extra = lines[0]?.startsWith('extra ') ? decodeBase64(lines.shift()?.slice(6) ?? '') : undefined
  if (extra?.length === 0 || (text.startsWith(`${firstLine}\nextra `) && !extra)) return malformed('its extra line is not base64')
  const line = lines.shift() ?? ''
  const index = line.startsWith('index ') ? parseDecimal(line.slice(6)) : undefined
  if (index === undefined) return malformed('it has no index')
  if (lines.length > maxProofHashes) return malformed(`its proof has more than ${maxProofHashes} hashes`)
  const proof: Uint8Array[] = []
  for (const line of lines) {
    const hash = decodeBase64(line)
    if (hash?.length !== hashOctets) return malformed('a line of its proof is not a hash')
    proof.push(hash)
  }
  const checkpoint = parseNote(text.slice(end + 2))
  if (checkpoint.kind === 'malformed') return malformed(`its checkpoint is not a signed note: ${checkpoint.why}`)
  return { kind: 'receipt', extra, index, proof, checkpoint }
}

export function printReceipt({ extra, index, proof, checkpoint }: Omit<Receipt, 'kind'>): string {
  const lines = [
    firstLine,
    ...(extra && extra.length > 0 ? [`extra ${encodeBase64(extra)}`] : []),
    `index ${index}`,
    ...proof.map((hash) => encodeBase64(hash)),
  ]
  return `${lines.join('\n')}\n\n${printNote(checkpoint)}`
}
