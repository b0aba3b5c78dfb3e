import type { MessagePort } from 'node:worker_threads'
import { systemError } from '../../errors.ts'
import { flattenError } from '../../plainError.ts'
import type { Answer, Request } from './protocol.ts'
import type { EvidenceWriter } from './writer.ts'

/**
 * Does what the other end of a port asks, until it asks to close. After a failure nothing more is done: what was appended
 * since the last checkpoint is lost, and each who asks is told so.
 *
 * @param folder the data folder, for errors
 */
export function serveWriter(port: MessagePort, writer: EvidenceWriter, folder: string, close: () => void): void {
  const send = (answer: Answer): void => {
    port.postMessage(answer)
  }
  let broken = false
  const fail = (error: unknown): void => {
    broken = true
    send({ kind: 'failed', error: flattenError(systemError(error, folder)) })
  }
  const commit = async (id: number): Promise<void> => {
    try {
      const checkpoint = await writer.write()
      if (!broken) send({ kind: 'committed', id, checkpoint })
    } catch (error) {
      fail(error)
    }
  }
  port.on('message', (request: Request) => {
    if (request.kind === 'close') {
      close()
      port.close()
    } else if (broken) return
    else if (request.kind === 'commit') void commit(request.id)
    else {
      try {
        writer.append(request)
      } catch (error) {
        fail(error)
      }
    }
  })
  send({ kind: 'ready', checkpoint: writer.checkpoint })
}
