/**
 * Sends messages with nodemailer: a second client that shares no code with Sealpost's. A program, so that it can run in the
 * namespace of the client: `node sendMany.ts HOST NAME CA_FILE < messages.json`, where CA_FILE is `-` for no TLS.
 */
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { createTransport } from 'nodemailer'
import type { RawMessage } from './lab/client.ts'

const [host = '', name = '', authority = '-'] = process.argv.slice(2)
const messages = JSON.parse(await text(process.stdin)) as RawMessage[]

const security =
  authority === '-' ? { ignoreTLS: true } : { requireTLS: true, tls: { servername: name, ca: readFileSync(authority, 'utf8') } }
const transport = createTransport({ host, port: 25, name: 'client.test', pool: true, maxConnections: 5, ...security })
await Promise.all(
  messages.map(({ recipient, content }) => {
    return transport.sendMail({ envelope: { from: 'news@client.test', to: recipient }, raw: content })
  }),
)
transport.close()
