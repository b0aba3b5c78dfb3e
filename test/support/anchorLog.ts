import { generateKeyPairSync } from 'node:crypto'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnchoredLog, openAnchoredLog } from '../../src/anchor/index.ts'
import { FileStore, LogWriter, type Note, type Signer, makeSigner, printVerifier } from '../../src/tlog/index.ts'

export const origin = 'log.example/evidence'

/** A data folder with a log in it, of which a test makes entries, copies and forks. */
export interface AnchorLog extends AsyncDisposable {
  /** The data folder. */
  readonly folder: string
  readonly evidence: string
  readonly signer: Signer
  readonly key: string
  /** Adds entries until there are so many, and commits. */
  growTo(size: number, word?: string): Promise<Note>
  open(): Promise<AnchoredLog>
  /** A copy, with the same key. */
  copy(): Promise<AnchorLog>
  /** Another log of the same key and name, of other entries. */
  fork(size: number): Promise<AnchorLog>
}

export async function openAnchorLog(
  signer = makeSigner(origin, 'note', generateKeyPairSync('ed25519').privateKey),
): Promise<AnchorLog> {
  const folder = await mkdtemp(join(tmpdir(), 'anchor-'))
  const evidence = join(folder, 'evidence')
  const key = printVerifier(signer.verifier)
  const growTo: AnchorLog['growTo'] = async (size, word = 'entry') => {
    const writer = await LogWriter.open(new FileStore(evidence), { origin, signers: [signer] })
    while (writer.size < size) writer.append(Buffer.from(`${word} ${writer.size}`))
    const note = await writer.commit()
    await writeFile(join(evidence, 'keys'), `${key}\n`)
    return note
  }
  return {
    folder,
    evidence,
    signer,
    key,
    growTo,
    open: async () => openAnchoredLog(evidence),
    copy: async () => {
      const made = await openAnchorLog(signer)
      await cp(folder, made.folder, { recursive: true })
      return made
    },
    fork: async (size) => {
      const made = await openAnchorLog(signer)
      await made.growTo(size, 'another')
      return made
    },
    [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }),
  }
}
