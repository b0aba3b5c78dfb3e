import { createPublicKey } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readBoundedFile } from '../../boundedFile.ts'
import { SealpostError } from '../../errors.ts'
import { makeVerifier, openCheckpoint, parseVerifier, printVerifier } from '../../tlog/index.ts'
import { readRotation } from '../key/index.ts'
import { type Tree, type Trust, type VerifierKey, parseKey, parseReceipt } from '../verify/index.ts'
import type { KeptCheckpoint } from '../verifyFolder.ts'

/** More than a receipt may have need not be read. */
const mostOctets = 1_000_000

/**
 * Reads the file of a receipt, and by whose word it is to be verified.
 *
 * @param key a verifier key, a file of such, or one of a public key in PEM
 * @throws SealpostError SP_KEY_INVALID, SP_FILE_MISSING, SP_FILE_UNREADABLE, SP_USAGE
 */
export async function readReceipt(
  file: string,
  key: string,
  kept: readonly KeptCheckpoint[],
): Promise<{ readonly receipt: Uint8Array; readonly trust: Trust }> {
  const receipt = await readBounded(file)
  const keys = await readKeys(key, receipt)
  return { receipt, trust: { keys, held: readHeld(kept, [...keys.map(({ text }) => text), ...namedKeys(receipt)]) } }
}

/** A verifier key, a file of them (one a line, as `evidence/keys` is), or a public key in PEM, which has the name of the log. */
async function readKeys(text: string, receipt: Uint8Array): Promise<readonly VerifierKey[]> {
  const named = await parseKey(text)
  if (named) return [named]
  if (text.includes('+') && !existsSync(text)) {
    const parsed = parseVerifier(text)
    throw wrongKey('--key', `It is not the key of a log${parsed.kind === 'malformed' ? `: ${parsed.why}` : ''}`)
  }
  const content = Buffer.from(await readBounded(text)).toString()
  const lines = content.includes('-----BEGIN') ? [await nameKey(content, text, receipt)] : content.trim().split('\n')
  return Promise.all(
    lines.map(async (line) => {
      const key = await parseKey(line.trim())
      if (key) return key
      throw wrongKey(text, 'A line is not the key of a log, name+id+key')
    }),
  )
}

/** A key in PEM has no name: it is that of whatever log the receipt is from. */
async function nameKey(pem: string, where: string, receipt: Uint8Array): Promise<string> {
  const [, origin = 'unknown'] = /"origin":\s*"([^\s+"\\]{1,1000})"/.exec(Buffer.from(receipt).toString()) ?? []
  try {
    return printVerifier(makeVerifier(origin, 'note', createPublicKey(pem)))
  } catch (error) {
    throw new SealpostError('SP_KEY_INVALID', { where, cause: error })
  }
}

/**
 * The keys that the receipt tells of, trusted or not: a checkpoint that was kept may bear the signature of a former key of the
 * log, or of a later one. It is the reader's own, so a key that is none can at most make the receipt be refused.
 */
function namedKeys(receipt: Uint8Array): readonly string[] {
  const read = parseReceipt(receipt)
  if (read.kind === 'failed') return []
  return read.receipt.rotations.flatMap(({ leaf }) => {
    const told = readRotation(Buffer.from(leaf))
    return told ? [told.detail.from, told.detail.to] : []
  })
}

function readHeld(kept: readonly KeptCheckpoint[], keys: readonly string[]): readonly Tree[] {
  const logKeys = keys.map((text) => parseVerifier(text)).filter((key) => key.kind === 'verifier')
  return kept.map((one) => {
    if (one.kind === 'told') return { size: one.size, root: Buffer.from(one.root, 'hex') }
    const opened = openCheckpoint(one.note, { origin: logKeys[0]?.name ?? '', logKeys })
    if (opened.kind === 'opened') return opened.checkpoint
    throw new SealpostError('SP_USAGE', { where: one.where, what: `The checkpoint that was kept does not count: ${opened.why}` })
  })
}

/** One octet more than is allowed is enough to be refused by. */
async function readBounded(path: string): Promise<Uint8Array> {
  return (await readBoundedFile(path, mostOctets)) ?? new Uint8Array(mostOctets + 1)
}

function wrongKey(where: string, what: string): SealpostError {
  return new SealpostError('SP_KEY_INVALID', { where, what })
}
