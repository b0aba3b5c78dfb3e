/**
 * A relay that demands a log-in: `node receiveWithLogin.ts ADDRESS PORT NAME CERTIFICATE KEY USER PASSWORD`, in the namespace of its
 * host. Says `ready` when it listens, and says how many messages it took when its input ends.
 */
import { readFileSync } from 'node:fs'
import { startReceiver } from '../../src/world/index.ts'

const [host = '', port = '', hostname = '', certificate = '', key = '', user = '', pass = ''] = process.argv.slice(2)
const identity = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
await using receiver = await startReceiver({ host, port: Number(port), hostname, identity, auth: { user, pass }, keep: true })
process.stdout.write('ready\n')
for await (const _ of process.stdin);
process.stdout.write(`${receiver.messages.length}\n`)
