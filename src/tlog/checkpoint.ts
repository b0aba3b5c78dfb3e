import { SealpostError } from '../errors.ts'
import { hashOctets, isTreeSize } from './hash.ts'
import { type Malformed, decodeBase64, encodeBase64, malformed, parseDecimal, readText } from './text.ts'

/** C2SP tlog-checkpoint: what a log says of its tree, the text of a signed note. */
export interface Checkpoint {
  readonly kind: 'checkpoint'
  /** Which log it is: one name for ever. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** Further lines, opaque. */
  readonly extensions: readonly string[]
}

/** Reads the text of a note as a checkpoint. */
export function parseCheckpoint(input: string): Checkpoint | Malformed {
  const text = readText(input)
  if (typeof text !== 'string') return text
  if (!text.endsWith('\n')) return malformed('its last line has no end')
  const [origin = '', decimal = '', base64 = '', ...extensions] = text.slice(0, -1).split('\n')
  const size = parseDecimal(decimal)
  const root = decodeBase64(base64)
  if (origin === '') return malformed('its first line, the origin, is empty')
  if (size === undefined) return malformed('its second line is not a size')
  if (root?.length !== hashOctets) return malformed('its third line is not a hash')
  if (extensions.includes('')) return malformed('one of its further lines is empty')
  return { kind: 'checkpoint', origin, size, root, extensions }
}

/**
 * The text that is signed.
 *
 * @throws SealpostError SP_NOTE_INVALID where a line would not be read back as it was given
 */
export function printCheckpoint({ origin, size, root, extensions }: Omit<Checkpoint, 'kind'>): string {
  const text = `${[origin, size, encodeBase64(root), ...extensions].join('\n')}\n`
  const read = parseCheckpoint(text)
  if (!isTreeSize(size) || read.kind === 'malformed' || read.origin !== origin || read.extensions.length !== extensions.length) {
    throw new SealpostError('SP_NOTE_INVALID', {
      what: 'A checkpoint has an origin or a further line that is empty or not one line',
    })
  }
  return text
}
