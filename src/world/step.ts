import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'

/**
 * What a server does when it is its turn. In strings each character is one byte (latin1), and nothing is added: the
 * author spells the line ends out.
 *
 * - a string is written in one go;
 * - `pieces` are written one by one, `everyMs` milliseconds of the injected clock apart; they may be endless;
 * - `close` ends the connection in good order, after `before`;
 * - `reset` breaks it off (TCP RST);
 * - `silence` says nothing, now and from then on, while the connection stays open.
 */
export type Say =
  | string
  | { readonly pieces: Iterable<string>; readonly everyMs: number }
  | { readonly close: true; readonly before?: string }
  | { readonly reset: true }
  | { readonly silence: true }

/** Where in the dialogue a step is asked for. */
export interface StepContext {
  /** The client's line without its end; empty at the greeting. */
  readonly line: string
  /** 1 for the first connection of the server. */
  readonly connection: number
  /** 1 for the first command of the connection, 0 at the greeting. */
  readonly command: number
  readonly secure: boolean
  /** What the client sent behind this line without waiting for the reply. */
  readonly pending: string
}

/** Always the same, or decided when it is due; `undefined` leaves it to the happy default. */
export type Step = Say | ((context: StepContext) => Say | undefined | Promise<Say | undefined>)

/** What came of it: the text said, or the end of the conversation. */
export type Said = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'over' } | { readonly kind: 'silent' }

/** Where to say it. */
export interface Stage {
  readonly socket: Socket
  /** The TCP socket below `socket`, which alone can send a RST. */
  readonly tcp: Socket
  readonly clock: Clock
  /** Fires when the connection is closed. */
  readonly closed: AbortSignal
}

/** Says it; `behind` goes out in the same write as the last byte. */
export async function perform(say: Say, stage: Stage, behind = ''): Promise<Said> {
  if (typeof say === 'string') {
    await write(stage, say + behind)
    return { kind: 'text', text: say }
  }
  if ('pieces' in say) return performPieces(say.pieces, say.everyMs, stage, behind)
  if ('silence' in say) return { kind: 'silent' }
  if ('reset' in say) stage.tcp.resetAndDestroy()
  else stage.socket.end(Buffer.from(say.before ?? '', 'latin1'))
  return { kind: 'over' }
}

async function performPieces(pieces: Iterable<string>, everyMs: number, stage: Stage, behind: string): Promise<Said> {
  // Only the beginning is kept: it tells the reply code, and pieces may be endless.
  let text = ''
  let held: string | undefined
  for (const piece of pieces) {
    if (held !== undefined && !(await writePaced(held, everyMs, stage))) return { kind: 'over' }
    if (text.length < 512) text += piece
    held = piece
  }
  await write(stage, (held ?? '') + behind)
  return { kind: 'text', text }
}

async function writePaced(piece: string, everyMs: number, stage: Stage): Promise<boolean> {
  await write(stage, piece)
  try {
    await stage.clock.sleep(everyMs, stage.closed)
  } catch (error) {
    if (!stage.closed.aborted) throw error
  }
  return !stage.closed.aborted
}

/** Writes, and waits for room where the client does not read. */
async function write({ socket, closed }: Stage, text: string): Promise<void> {
  if (closed.aborted || !socket.writable || text === '') return
  if (socket.write(Buffer.from(text, 'latin1'))) return
  await new Promise<void>((resolve) => {
    const go = () => {
      socket.off('drain', go)
      closed.removeEventListener('abort', go)
      resolve()
    }
    socket.once('drain', go)
    closed.addEventListener('abort', go)
  })
}
