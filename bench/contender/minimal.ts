import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { type SecureContext, connect as connectTls, createSecureContext } from 'node:tls'
import { envelope, message, pipelined, recipient } from '../message.ts'
import type { Contender, MinimalPlan } from './plan.ts'

/** The least that a Node client can do: one write and one wait a message, and replies counted by their line ends. */
export function createMinimal({ port, ca, connections, count }: MinimalPlan): Contender {
  const secureContext = createSecureContext({ ca })
  return {
    prepare: async () => undefined,
    async run() {
      // Each connection's last message comes on top.
      let left = count - connections
      const sendSome = async (): Promise<void> => {
        const { socket, replies } = await open(port, secureContext)
        socket.write(envelope(recipient(0, 100).address))
        await replies(3)
        while (left > 0) {
          left -= 1
          socket.write(pipelined(left))
          await replies(4)
        }
        socket.write(Buffer.concat([message, Buffer.from('\r\n.\r\nQUIT\r\n')]))
        await once(socket, 'close')
      }
      await Promise.all(Array.from({ length: connections }, sendSome))
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}

interface Opened {
  readonly socket: Socket
  /** Resolves when so many more lines have come. */
  readonly replies: (lines: number) => Promise<void>
}

async function open(port: number, secureContext: SecureContext): Promise<Opened> {
  const plain = connect({ port, host: '127.0.0.1', noDelay: true })
  const said = watch(plain)
  await said(1)
  plain.write('EHLO sender.test\r\n')
  await said(7)
  plain.write('STARTTLS\r\n')
  await said(1)
  plain.removeAllListeners('data')
  const socket = connectTls({ socket: plain, secureContext, servername: 'sink.test' })
  await once(socket, 'secureConnect')
  const replies = watch(socket)
  socket.write('EHLO sender.test\r\n')
  await replies(6)
  return { socket, replies }
}

function watch(socket: Socket): Opened['replies'] {
  let seen = 0
  let wanted = 0
  let wake: (() => void) | undefined
  socket.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) seen += 1
    if (seen >= wanted) wake?.()
  })
  return async (lines) => {
    wanted += lines
    if (seen < wanted) await new Promise<void>((resolve) => (wake = resolve))
    wake = undefined
  }
}
