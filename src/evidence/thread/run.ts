import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { SealpostError, systemError } from '../../errors.ts'
import { flattenError } from '../../plainError.ts'
import { FileStore, LogWriter, makeSigner, parseVerifier } from '../../tlog/index.ts'
import type { OpeningsStore } from '../openings.ts'
import type { Answer, ThreadData } from './protocol.ts'
import { serveWriter } from './serve.ts'
import { EvidenceWriter } from './writer.ts'

/**
 * The thread that writes the log: what its file runs.
 *
 * @param openOpenings opens what is kept beside the log in a data folder
 */
export async function runThread(openOpenings: (folder: string) => OpeningsStore & Disposable): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('this file is the start of a thread')
  const data = workerData as ThreadData
  const { folder } = data
  let openings: (OpeningsStore & Disposable) | undefined
  try {
    const log = await openLog(data)
    const opened = openOpenings(folder)
    openings = opened
    serveWriter(port, new EvidenceWriter(log, opened, data.domains), folder, () => opened[Symbol.dispose]())
  } catch (error) {
    openings?.[Symbol.dispose]()
    const answer: Answer = { kind: 'refused', error: flattenError(systemError(error, folder)) }
    port.postMessage(answer)
  }
}

async function openLog({ folder, origin, key, formerKeys, held }: ThreadData): Promise<LogWriter> {
  const formerVerifiers = formerKeys.map((text) => {
    const verifier = parseVerifier(text)
    if (verifier.kind === 'malformed') throw new SealpostError('SP_KEY_INVALID', { what: `A key of the log: ${verifier.why}` })
    return verifier
  })
  return LogWriter.open(new FileStore(join(folder, 'evidence'), { mayBlock: true }), {
    origin,
    signers: [makeSigner(origin, 'note', key)],
    formerKeys: formerVerifiers,
    ...(held && { held: { size: held.size, root: Buffer.from(held.root, 'hex') } }),
  })
}
