import { createTransport } from 'nodemailer'
import type { PoolPlan } from './plan.ts'

/** nodemailer's pool at its best: as many messages a connection as there are, and TLS demanded and verified. */
export function createPoolTransport({ port, ca, connections }: Omit<PoolPlan, 'contender' | 'count'>, more: object = {}) {
  return createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    requireTLS: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    name: 'sender.test',
    tls: { ca, servername: 'sink.test' },
    ...more,
  })
}
