import type { MessagePort } from 'node:worker_threads'
import { systemError } from '../../errors.ts'
import { flattenError } from '../../plainError.ts'
import type { Answer, Request } from './protocol.ts'
import type { EvidenceWriter } from './writer.ts'

/** Octets of leaves that wait while the disk is written to; what comes beyond that is let lie where it is smaller, as facts. */
const mostWaiting = 16 << 20

/**
 * Does what the other end of a port asks, in its order, until it asks to close. After a failure nothing more is done: what was
 * appended since the last checkpoint is lost, and whoever asked is told so.
 *
 * @param folder the data folder, for errors
 */
export function serveWriter(port: MessagePort, writer: EvidenceWriter, folder: string, close: () => void): void {
  const send = (answer: Answer): void => {
    port.postMessage(answer)
  }
  let broken = false
  const fail = (error: unknown): void => {
    if (!broken) send({ kind: 'failed', error: flattenError(systemError(error, folder)) })
    broken = true
  }
  const write = async (id?: number): Promise<void> => {
    try {
      const checkpoint = await writer.write()
      if (!broken && id !== undefined) send({ kind: 'committed', id, checkpoint })
    } catch (error) {
      fail(error)
    }
  }
  let writing: Promise<void> = Promise.resolve()
  const requests: Request[] = []
  const serve = async (): Promise<void> => {
    for (let next = requests[0]; next; next = requests[0]) {
      if (next.kind === 'append' && writer.waiting > mostWaiting && !broken) await write()
      if (next.kind === 'close') {
        await writing
        close()
        port.close()
      } else if (!broken && next.kind === 'commit') writing = write(next.id)
      else if (!broken && next.kind === 'append') {
        try {
          writer.append(next)
        } catch (error) {
          fail(error)
        }
      }
      requests.shift()
    }
  }
  port.on('message', (request: Request) => {
    requests.push(request)
    // Where it is at work already, it comes to this one too.
    if (requests.length === 1) void serve()
  })
  send({ kind: 'ready', checkpoint: writer.checkpoint })
}
