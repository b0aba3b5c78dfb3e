import { createHash } from 'node:crypto'
import { type MailOptions, MailConnection, type Outgoing } from '../../src/smtpclient/index.ts'
import { openHop } from '../../src/starttls/index.ts'
import { VirtualClock } from './clock.ts'
import { type DeliveryScript, type DeliveryServer, type Delivered, startDeliveryServer } from './deliveryServer.ts'
import { endpointOf, hopOptions, identity } from './mailHop.ts'

/** RFC 5321 4.5.3.2. */
export const transactionTimeouts = { command: 300_000, data: 120_000, block: 180_000, dot: 600_000 }

export const everything = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'DSN', 'CHUNKING', 'REQUIRETLS', 'SIZE 50000000']

export interface Delivery extends AsyncDisposable {
  readonly connection: MailConnection
  readonly server: DeliveryServer
  /** The connection as the server sees it. */
  readonly seen: Delivered
  readonly clock: VirtualClock
}

/**
 * A connection inside TLS to a good server, but for what the script says.
 *
 * @example
 * ```ts
 * await using delivery = await deliverWith({ answer: ({ verb }) => (verb === 'RCPT' ? '550 no\r\n' : undefined) })
 * ```
 */
export async function deliverWith(script: Partial<DeliveryScript> = {}, options: Partial<MailOptions> = {}): Promise<Delivery> {
  const protocol = script.protocol ?? 'smtp'
  const clock = new VirtualClock()
  const stack = new AsyncDisposableStack()
  const server = stack.use(
    await startDeliveryServer({ protocol, identity, offers: everything, answer: () => undefined, ...script }),
  )
  const hop = await openHop(endpointOf(server), hopOptions(protocol, { probe: false, security: 'implicit', clock }))
  const seen = server.connections[0]
  if (!hop.channel || !hop.record.inside || !seen) throw new Error(`no channel: ${hop.end.kind}`)
  const connection = MailConnection.overTls(hop.channel, hop.record.inside, {
    timeouts: transactionTimeouts,
    ...options,
  })
  stack.defer(() => {
    connection.destroy()
  })
  return { connection, server, seen, clock, [Symbol.asyncDispose]: async () => stack.disposeAsync() }
}

/** A small message to one recipient, or to those named. */
export function letter(number: number, ...to: readonly string[]): Outgoing {
  return {
    envelope: { from: 'news@sender.test', to: to.length === 0 ? [`p${number}@example.test`] : to },
    message: Buffer.from(`Subject: ${number}\r\n\r\nbody ${number}\r\n`),
  }
}

/** Sends one after another, each begun ahead where the connection does so; the outcome kinds of each. */
export async function sendAll(connection: MailConnection, letters: readonly Outgoing[]): Promise<string[][]> {
  const kinds: string[][] = []
  for (const [at, one] of letters.entries()) {
    const outcomes = await connection.send(one, Promise.resolve(letters[at + 1]))
    kinds.push(outcomes.map((outcome) => ('stage' in outcome ? `${outcome.kind} ${outcome.stage}` : outcome.kind)))
  }
  return kinds
}

export function hashOf(octets: Buffer): string {
  return createHash('sha256').update(octets).digest('hex')
}
