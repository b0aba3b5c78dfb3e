/**
 * Mail servers on every address of the loopback at once, which let a client wait before they greet it: `node hosts.ts MS`. In
 * a process of its own, so that its handshakes are not counted as the examination's. Prints its port and certificate as one
 * line of JSON; answers each line on stdin with the number of connections so far.
 */
import { createInterface } from 'node:readline'
import { createAuthority, startScriptedServer } from '../src/world/index.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['*.hosts.test'] })
const greeting = { pieces: ['220 ', 'hosts.test ESMTP\r\n'], everyMs: Number(process.argv[2]) }
const server = await startScriptedServer({ greeting, tls: { identity } }, { host: '0.0.0.0' })
process.stdout.write(`${JSON.stringify({ port: server.port, ca: authority.pem })}\n`)
for await (const _ of createInterface({ input: process.stdin })) process.stdout.write(`${server.connections.length}\n`)
process.exit()
