/**
 * Mail servers that look at what reaches them and how: `node wire.ts FOLDER`, in a namespace of its own.
 *
 * One program is all of them: the second number of the address that is dialled says which (`./server.ts`), the others tell
 * the runs apart. On 465 TLS comes first, on every other port by STARTTLS. A line with an address on its input is
 * answered, once nobody is connected to it any more, by what was seen there.
 */
import { readFileSync } from 'node:fs'
import { type Socket, createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { TLSSocket, createSecureContext } from 'node:tls'
import { type Sight, type ServerKind, ports, serverKinds, serverName } from './server.ts'

const folder = process.argv[2] ?? ''
/** Longer than any program waits before it tries again, shorter than a test. */
const patience = 15_000
const waiting = 5000

const contexts = new Map(
  serverKinds.map((kind) => {
    const read = (end: string) => readFileSync(join(folder, `${kind}.${end}`))
    return [kind, createSecureContext({ cert: read('pem'), key: read('key') })]
  }),
)

interface Place {
  open: number
  readonly sight: { -readonly [Part in keyof Sight]: Sight[Part] }
}

const places = new Map<string, Place>()

function findPlace(address: string): Place {
  const place = places.get(address) ?? { open: 0, sight: { connections: 0, clear: false, encrypted: false, said: '' } }
  places.set(address, place)
  return place
}

function serve(socket: Socket): void {
  const address = socket.localAddress ?? ''
  const kind = serverKinds[Number(address.split('.')[1]) - 1]
  if (!kind) return void socket.destroy()
  const place = findPlace(address)
  place.open++
  place.sight.connections++
  socket.on('error', () => undefined)
  socket.on('close', () => place.open--)
  socket.setTimeout(patience, () => socket.destroy())
  if (socket.localPort === ports.implicit && kind !== 'hides') return encrypt(socket, kind, place, true)
  socket.write(`220 ${serverName} ESMTP\r\n`)
  converse(socket, place, kind, false)
}

function encrypt(socket: Socket, kind: ServerKind, place: Place, greets: boolean): void {
  const secure = new TLSSocket(socket, { isServer: true, secureContext: contexts.get(kind) })
  secure.on('error', () => socket.destroy())
  secure.on('end', () => secure.end())
  secure.on('secure', () => {
    if (greets) secure.write(`220 ${serverName} ESMTP\r\n`)
  })
  converse(secure, place, kind, true)
}

/** Says yes to everything; what it is given of a sender, a password or a message is what it is there to see. */
function converse(socket: Socket, place: Place, kind: ServerKind, encrypted: boolean): void {
  let text = ''
  let data = false
  const listen = (chunk: Buffer): void => {
    text = (text + chunk.toString('latin1')).slice(-100_000)
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end).trim()
      text = text.slice(end + 1)
      if (data) {
        if (line !== '.') continue
        data = false
        socket.write('250 2.0.0 taken\r\n')
        continue
      }
      const verb = line.toUpperCase().split(/[ :]/)[0] ?? ''
      place.sight.said = `${place.sight.said}${encrypted ? '*' : ''}${verb} `.slice(0, 500)
      if (verb === 'MAIL' || verb === 'AUTH') place.sight[encrypted ? 'encrypted' : 'clear'] = true
      if (verb === 'STARTTLS' && !encrypted && kind !== 'hides') {
        socket.off('data', listen)
        socket.write('220 2.0.0 ready\r\n')
        return encrypt(socket, kind, place, false)
      }
      if (verb === 'QUIT') return void socket.end('221 2.0.0 bye\r\n')
      data = verb === 'DATA'
      socket.write(answer(verb, !encrypted && kind !== 'hides'))
    }
  }
  socket.on('data', listen)
}

function answer(verb: string, offers: boolean): string {
  if (verb === 'EHLO') return `250-${serverName}\r\n${offers ? '250-STARTTLS\r\n' : ''}250 8BITMIME\r\n`
  if (verb === 'DATA') return '354 go on\r\n'
  if (['HELO', 'MAIL', 'RCPT', 'RSET', 'NOOP'].includes(verb)) return '250 2.0.0 ok\r\n'
  return '502 5.5.1 not here\r\n'
}

for (const port of Object.values(ports)) {
  const server = createServer({ allowHalfOpen: false }, serve)
  server.listen(port, '0.0.0.0', () => process.stdout.write(`listening ${port}\n`))
}

createInterface({ input: process.stdin })
  .on('line', (address) => void tell(address))
  .on('close', () => process.exit(0))

async function tell(address: string): Promise<void> {
  const deadline = Date.now() + waiting
  // What connected just before the question is first heard of in the turns that follow.
  for (let turn = 0; turn < 3 || (findPlace(address).open > 0 && Date.now() < deadline); turn++)
    await new Promise((resolve) => setTimeout(resolve, 5))
  process.stdout.write(`${JSON.stringify({ address, ...findPlace(address).sight })}\n`)
}
