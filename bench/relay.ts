/**
 * A server as far away as one on the Internet: `node relay.ts ADDRESS PORT MS` listens there and carries every octet to and
 * from port 25 of its own machine, so many milliseconds late. Says `ready` when it listens.
 */
import { connect, createServer, type Socket } from 'node:net'

const [address = '', port = '', ms = ''] = process.argv.slice(2)

/** Timers of one length go off in the order they were set. */
function carry(from: Socket, to: Socket): void {
  from.on('data', (chunk: Buffer) => setTimeout(() => to.write(chunk), Number(ms)))
  from.on('end', () => setTimeout(() => to.end(), Number(ms)))
  from.on('close', () => setTimeout(() => to.destroy(), Number(ms)))
  from.on('error', () => undefined)
}

createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
  const far = connect({ port: 25, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  carry(near, far)
  carry(far, near)
}).listen(Number(port), address, () => process.stdout.write('ready\n'))
