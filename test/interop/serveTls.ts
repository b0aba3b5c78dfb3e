/**
 * Puts a mail server's dialogue before programs that speak TLS alone: `node serveTls.ts PLAN`, a JSON file of a `FrontPlan`.
 *
 * Behind each port stands a program of the machine, such as `openssl s_server`, that never learns that it is about mail: the
 * front says the little there is before STARTTLS and carries octets from then on. Where the program shows what it decrypts
 * (and sends what it is told), the front answers EHLO and QUIT inside TLS as well.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { FrontPlan, Variant } from './lab/front.ts'

const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as FrontPlan

for (const variant of plan.variants) startProgram(variant)
for (const { backend } of plan.variants) while (!(await isListening(backend))) await delay(20)

for (const variant of plan.variants) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    greet(socket, variant)
  })
  server.listen(variant.port, plan.address)
}

function startProgram({ name, command }: Variant): void {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  child.on('exit', (status) => {
    process.stderr.write(`${name} ended with ${status}\n`)
    process.exit(1)
  })
  const inside = createInterface({ input: child.stdout })
  inside.on('line', (line) => {
    if (/^(?:EHLO|LHLO) /i.test(line)) child.stdin.write(`250-${plan.name}\r\n250 PIPELINING\r\n`)
    else if (/^QUIT$/i.test(line)) child.stdin.write('221 2.0.0 bye\r\n')
    else if (/^(?:NOOP|RSET)$/i.test(line)) child.stdin.write('250 2.0.0 ok\r\n')
  })
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function greet(socket: Socket, variant: Variant): void {
  socket.write(`220 ${plan.name} ESMTP\r\n`)
  let said = ''
  const listen = (chunk: Buffer): void => {
    said += chunk.toString('latin1')
    for (let end = said.indexOf('\n'); end >= 0; end = said.indexOf('\n')) {
      const verb = said.slice(0, end).trim().toUpperCase()
      said = said.slice(end + 1)
      if (verb === 'STARTTLS') {
        socket.off('data', listen)
        if (said !== '') return void socket.end('554 5.5.1 pipelined\r\n') // RFC 3207 4.2: nothing may follow STARTTLS
        socket.write('220 2.0.0 ready\r\n')
        return carry(socket, variant)
      }
      if (verb === 'QUIT') return void socket.end('221 2.0.0 bye\r\n')
      socket.write(verb.startsWith('EHLO ') ? `250-${plan.name}\r\n250 STARTTLS\r\n` : '250 2.0.0 ok\r\n')
    }
  }
  socket.on('data', listen)
}

function carry(socket: Socket, { backend }: Variant): void {
  const behind = connect(backend, '127.0.0.1')
  behind.on('error', () => socket.destroy())
  behind.on('close', () => socket.destroy())
  socket.on('close', () => behind.destroy())
  socket.pipe(behind).pipe(socket)
}
