/**
 * A mail server that takes everything and keeps nothing, in a process of its own, so that its work is not counted as the
 * sender's. Prints its port and certificate as one line of JSON, then counts; answers each line on stdin with the count.
 */
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { TLSSocket, createSecureContext } from 'node:tls'
import { createAuthority } from '../src/world/index.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['sink.test'] })
const secureContext = createSecureContext({ key: identity.key, cert: identity.cert })
let messages = 0

const end = Buffer.from('\r\n.\r\n')

function serve(socket: Socket, secure: boolean): void {
  let inData = false
  /** Octets of a chunk that are still to come. */
  let left = 0
  let rest: Buffer = Buffer.alloc(0)
  const onData = (chunk: Buffer): void => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    let out = ''
    for (;;) {
      if (left > 0) {
        const taken = Math.min(left, rest.length)
        rest = rest.subarray(taken)
        left -= taken
        if (left > 0) break
        messages += 1
        out += '250 2.0.0 taken\r\n'
        continue
      }
      if (inData) {
        const at = rest.indexOf(end)
        if (at < 0) break
        rest = rest.subarray(at + end.length)
        inData = false
        messages += 1
        out += '250 2.0.0 taken\r\n'
        continue
      }
      const at = rest.indexOf('\r\n')
      if (at < 0) break
      const verb = rest.toString('latin1', 0, Math.min(at, 8)).toUpperCase()
      if (verb.startsWith('BDAT')) left = Number.parseInt(rest.toString('latin1', 5, at), 10)
      rest = rest.subarray(at + 2)
      if (left > 0) continue
      if (verb.startsWith('EHLO'))
        out += `250-sink.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-CHUNKING\r\n${secure ? '' : '250-STARTTLS\r\n'}250 SIZE 0\r\n`
      else if (verb === 'STARTTLS') {
        socket.write('220 go ahead\r\n')
        socket.off('data', onData)
        const upgraded = new TLSSocket(socket, { isServer: true, secureContext })
        upgraded.on('error', () => undefined)
        serve(upgraded, true)
        return
      } else if (verb.startsWith('DATA')) {
        inData = true
        out += '354 go ahead\r\n'
      } else if (verb.startsWith('QUIT')) {
        socket.end('221 bye\r\n')
        return
      } else out += '250 2.0.0 ok\r\n'
    }
    if (out !== '') socket.write(out)
  }
  socket.on('data', onData)
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined)
  socket.write('220 sink.test ESMTP\r\n')
  serve(socket, false)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0, ca: authority.pem })}\n`)
})
for await (const _ of createInterface({ input: process.stdin })) process.stdout.write(`${messages}\n`)
process.exit()
