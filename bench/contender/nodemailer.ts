import { createTransport } from 'nodemailer'
import { message, recipient, sender } from '../message.ts'
import type { Contender, PoolPlan } from './plan.ts'

/** nodemailer's pool at its best: as many messages a connection as there are, and TLS demanded and verified. */
export function createPool({ port, ca, connections, count }: PoolPlan): Contender {
  return {
    prepare: async () => undefined,
    async run() {
      const transport = createTransport({
        pool: true,
        host: '127.0.0.1',
        port,
        requireTLS: true,
        maxConnections: connections,
        maxMessages: Number.POSITIVE_INFINITY,
        name: 'sender.test',
        tls: { ca, servername: 'sink.test' },
      })
      await Promise.all(
        Array.from({ length: count }, async (_, index) =>
          transport.sendMail({ envelope: { from: sender, to: recipient(index, 100).address }, raw: message }),
        ),
      )
      transport.close()
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
