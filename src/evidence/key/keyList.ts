import { basename, dirname } from 'node:path'
import { SealpostError } from '../../errors.ts'
import { FileStore, type Verifier, parseVerifier, printVerifier } from '../../tlog/index.ts'
import { writeWholeFile } from '../../wholeFile.ts'

/** Keys of one log in all its life: one a day for years. */
const mostKeys = 4_096
const mostOctets = 4 << 20

/** The keys that signed a log, the oldest first; the last one signs. All bear the log's origin as their name. */
export type KeyList = readonly [Verifier, ...Verifier[]]

/**
 * Reads `evidence/keys`: a verifier key a line (C2SP signed-note, "Verifier keys"). Undefined where there is no such file.
 *
 * @throws SealpostError SP_KEY_INVALID, SP_FILE_UNREADABLE
 */
export async function readKeyList(path: string): Promise<KeyList | undefined> {
  // As tiles are read: the folder may be one that somebody handed over, and in the file's place a pipe.
  const octets = await new FileStore(dirname(path)).read(basename(path))
  return octets && parseKeyList(Buffer.from(octets).toString('utf8'), path)
}

/** @throws SealpostError SP_KEY_INVALID naming the line */
export function parseKeyList(text: string, path: string): KeyList {
  const lines = text.length > mostOctets ? [] : text.replace(/\n$/, '').split('\n', mostKeys + 1)
  if (lines.length === 0 || lines.length > mostKeys) throw invalid(path, 'It has more lines than there are keys of a log')
  const list: Verifier[] = []
  for (const [index, line] of lines.entries()) {
    const where = `${path}:${index + 1}`
    const verifier = parseVerifier(line)
    if (verifier.kind === 'malformed') throw invalid(where, `The line is not the key of a log: ${verifier.why}`)
    if (verifier.type !== 'note') throw invalid(where, 'The key is one of a cosigner, not of a log')
    if (list[0] && list[0].name !== verifier.name) throw invalid(where, 'The key is of another log than the first')
    if (list.some((one) => sameKey(one, verifier))) throw invalid(where, 'The key stands there twice')
    list.push(verifier)
  }
  const [first, ...rest] = list
  if (!first) throw invalid(path, 'It holds no key')
  return [first, ...rest]
}

/** Writes the list, whole and on the disk. */
export async function writeKeyList(path: string, list: KeyList): Promise<void> {
  await writeWholeFile(path, list.map((one) => `${printVerifier(one)}\n`).join(''), 'is replaced')
}

/** The same name and the same key: ids alone are short. */
export function sameKey(a: Verifier, b: Verifier): boolean {
  return printVerifier(a) === printVerifier(b)
}

function invalid(where: string, what: string): SealpostError {
  return new SealpostError('SP_KEY_INVALID', { where, what, next: 'Put the file back from a copy.' })
}
