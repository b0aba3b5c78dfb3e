/**
 * A server as far away as one on the Internet: `node relay.ts ADDRESS PORT MS [TARGET]` listens there (0: any free port) and
 * carries every octet to and from TARGET, port 25 unless given, of its own machine, so many milliseconds late. Prints its port
 * when it listens, and ends with its input.
 */
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

const [address = '', port = '', ms = '', target = '25'] = process.argv.slice(2)
const delay = Number(ms)
/** Milliseconds: what is due within this time goes with what is due now. */
const together = 0.25

/** What is on the way in one direction, in order. One timer for all of it: one for each chunk would be the bottleneck. */
function carry(from: Socket, to: Socket): void {
  const due: number[] = []
  const acts: (() => void)[] = []
  let armed = false
  const go = (): void => {
    armed = false
    const now = performance.now() + together
    let done = 0
    to.cork()
    while (done < due.length && (due[done] ?? 0) <= now) acts[done++]?.()
    to.uncork()
    due.splice(0, done)
    acts.splice(0, done)
    arm()
  }
  const arm = (): void => {
    const next = due[0]
    if (armed || next === undefined) return
    armed = true
    setTimeout(go, Math.max(0, next - performance.now()))
  }
  const later = (act: () => void): void => {
    due.push(performance.now() + delay)
    acts.push(act)
    arm()
  }
  from.on('data', (chunk: Buffer) => {
    later(() => to.write(chunk))
  })
  from.on('end', () => {
    later(() => to.end())
  })
  from.on('close', () => {
    later(() => to.destroy())
  })
  from.on('error', () => undefined)
}

const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
  const far = connect({ port: Number(target), host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
  carry(near, far)
  carry(far, near)
}).listen({ port: Number(port), host: address, backlog: 1024 }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`) // it listens on TCP
})
process.stdin.on('end', () => process.exit()).resume()
