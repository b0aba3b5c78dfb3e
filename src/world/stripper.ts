import { Transform } from 'node:stream'
import type { Listener } from './listener.ts'
import { startRelay, type RelayOptions } from './relay.ts'

/** A middlebox that hides STARTTLS. */
export type Stripper = Listener

/** As much of a line as is held back until it is clear what it is: `250-STARTTLS` and its end fit. */
const room = 16

/**
 * Starts a middlebox that makes STARTTLS unreadable, as Cisco's SMTP fixup does: the offer becomes `XXXXXXXA`, the
 * command `XXXXXXXX`, which the server behind does not know. Everything else passes, message text included.
 *
 * @example
 * ```ts
 * await using box = await startStripper({ host: '127.0.0.2', port: 0, target: receiver })
 * ```
 */
export async function startStripper(options: RelayOptions): Promise<Stripper> {
  return startRelay(options, () => {
    let inText = false
    const fromClient = createLineFilter((start) => {
      if (inText) {
        inText = start !== '.\r\n'
        return start
      }
      return start.replace(/^STARTTLS(?=\s)/i, 'XXXXXXXX')
    })
    const fromServer = createLineFilter((start) => {
      if (start.startsWith('354')) inText = true
      return start.replace(/^(250[- ])STARTTLS(?=\s)/i, '$1XXXXXXXA')
    })
    return { fromClient, fromServer }
  })
}

/** Lets `rewrite` change the beginning of each line, however the line is cut into segments. */
function createLineFilter(rewrite: (start: string) => string): Transform {
  let held = ''
  let inside = false
  const feed = (piece: string): string => {
    const wasInside = inside
    inside = !piece.endsWith('\n')
    if (wasInside && held === '') return piece
    held += piece
    if (inside && held.length < room) return ''
    const start = held
    held = ''
    return rewrite(start)
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const pieces = chunk.toString('latin1').match(/[^\n]*\n|[^\n]+/g) ?? []
      done(null, Buffer.from(pieces.map(feed).join(''), 'latin1'))
    },
    flush(done) {
      done(null, Buffer.from(held, 'latin1'))
    },
  })
}
