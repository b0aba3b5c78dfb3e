import { once } from 'node:events'
import { connect } from 'node:net'
import { replies } from '../../test/support/sink/index.ts'
import { pipelined } from '../message.ts'
import type { Contender, FloorPlan } from './plan.ts'

/** What goes there and back for a message where a client waits once. */
export const exchanged = {
  there: pipelined(10_000).length,
  back: replies.taken.length + 2 * replies.ok.length + replies.data.length,
} as const

/** As many octets there and back as mail takes, and nothing done with them: what the way alone allows. */
export function createFloor({ port, connections, count }: FloorPlan): Contender {
  const there = Buffer.alloc(exchanged.there, 'x')
  return {
    prepare: async () => undefined,
    async run() {
      let left = count
      const exchangeSome = async (): Promise<void> => {
        const socket = connect({ port, host: '127.0.0.1', noDelay: true })
        await once(socket, 'connect')
        let back = 0
        let wake: (() => void) | undefined
        socket.on('data', (chunk: Buffer) => {
          back += chunk.length
          if (back >= exchanged.back) wake?.()
        })
        while (left > 0) {
          left -= 1
          socket.write(there)
          await new Promise<void>((resolve) => (wake = resolve))
          back -= exchanged.back
        }
        socket.end()
        await once(socket, 'close')
      }
      await Promise.all(Array.from({ length: connections }, exchangeSome))
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
