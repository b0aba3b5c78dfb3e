/**
 * The other side of the floor: `node echo.ts THERE BACK` answers every THERE octets by BACK octets. Prints its port; each line
 * on stdin is answered by what the exchanges since the last one were like.
 */
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { Tally } from '../test/support/sink/index.ts'

const [there = 0, back = 0] = process.argv.slice(2).map(Number)
const tally = new Tally(false)
const answer = Buffer.alloc(back, 'x')
const server = createServer({ noDelay: true }, (socket) => {
  let seen = 0
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    for (seen += chunk.length; seen >= there; seen -= there) {
      tally.take()
      socket.write(answer)
    }
  })
}).listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`)) // it listens on TCP
for await (const _ of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(tally.takeSeries())}\n`)
process.exit()
