/**
 * Hands messages over with Sealpost's own client on one connection. A program, so that it can run in the namespace of the
 * client: `node handOver.ts HOST PORT NAME CA_FILE smtp|lmtp across|within|none data|bdat < messages.json`. Prints the
 * kind of each outcome, whole where it is a refusal, and what misbehaved.
 */
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { systemClock } from '../../src/clock.ts'
import { MailConnection, type Outgoing, type Pipelining } from '../../src/smtpclient/index.ts'
import { dial, openHop } from '../../src/starttls/index.ts'
import { Trust } from '../../src/tls/index.ts'
import type { RawMessage } from './lab/client.ts'

const [address = '', port = '25', host = '', authority = '', protocol = 'smtp', pipelining = 'across', carry = 'data'] =
  process.argv.slice(2)
const messages = JSON.parse(await text(process.stdin)) as RawMessage[]
const waits = { connect: 20_000, greeting: 20_000, command: 20_000, handshake: 20_000, data: 20_000, block: 20_000, dot: 20_000 }
const hop = await openHop(
  { address, port: Number(port), host },
  {
    protocol: protocol === 'lmtp' ? 'lmtp' : 'smtp',
    names: ['client.test'],
    security: 'starttls',
    probe: false,
    sni: true,
    trust: new Trust([readFileSync(authority, 'utf8')]),
    floor: 'TLSv1.2',
    timeouts: waits,
    clock: systemClock,
    dialer: dial,
  },
)
if (!hop.channel || !hop.record.inside) throw new Error(`no connection: ${JSON.stringify(hop.end)}`)
const connection = MailConnection.overTls(hop.channel, hop.record.inside, {
  timeouts: waits,
  pipelining: pipelining as Pipelining,
  chunking: carry === 'bdat',
})
// No sender (RFC 5321 4.5.5): a server would look up the domain of one, and the laboratory has no DNS.
const letters = messages.map(({ recipient, content }): Outgoing => ({
  envelope: { from: '', to: recipient.split(',') },
  message: Buffer.from(content),
}))
const kinds: string[][] = []
for (const [at, letter] of letters.entries()) {
  const outcomes = await connection.send(letter, Promise.resolve(letters[at + 1]))
  kinds.push(outcomes.map((outcome) => ('stage' in outcome ? JSON.stringify(outcome) : outcome.kind)))
}
await connection.quit()
process.stdout.write(JSON.stringify({ kinds, misbehaved: connection.misbehaved ?? null }))
