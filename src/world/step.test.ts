import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemClock, type Clock } from '../clock.ts'
import { createAuthority } from './authority.ts'
import { openClient, openGreeted } from './client.ts'
import { ignore } from './listener.ts'
import { createMailbox } from './mailbox.ts'
import type { Script } from './script.ts'
import { startScriptedServer, type ScriptedServerOptions } from './scripted.ts'
import { perform } from './step.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.scripted.test'] })
const trusting = { ca: authority.pem, servername: 'mx.scripted.test' }
const transaction = ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA']

async function start(script: Partial<Script> = {}, options: ScriptedServerOptions = {}) {
  return startScriptedServer({ tls: { identity }, ...script }, options)
}

test('each answer can be another', async () => {
  await using server = await start({
    greeting: '220\r\n',
    ehlo: ({ line }) => `250-${line}\r\n250 starttls\r\n`,
    helo: '500 a\r\n',
    noop: '500 b\r\n',
    other: ({ line }) => (line.startsWith('AUTH') ? '235 c\r\n' : undefined),
    mail: '250 d\r\n',
    rcpt: ({ line }) => (line.includes('bad') ? '550 e\r\n' : undefined),
    data: '354 f\r\n',
    dot: '554 g\r\n',
    rset: '500 h\r\n',
    quit: '221-i\r\n221 j\r\n',
  })
  using client = await openClient(server)
  const commands = ['EHLO x', 'HELO x', 'NOOP', 'AUTH PLAIN', 'VRFY x', 'MAIL FROM:<a@b.test>', 'RCPT TO:<bad@d.test>']
  client.write([...commands, 'RCPT TO:<c@d.test>', 'DATA', 'text', '.', 'RSET', 'QUIT', ''].join('\r\n'))
  expect((await client.rest()).split('\r\n')).toEqual([
    '220',
    '250-EHLO x',
    '250 starttls',
    '500 a',
    '500 b',
    '235 c',
    '502 5.5.1 Command not implemented',
    '250 d',
    '550 e',
    '250 2.1.5 Ok',
    '354 f',
    '554 g',
    '500 h',
    '221-i',
    '221 j',
    '',
  ])
  expect(server.messages).toMatchObject([{ to: ['c@d.test'], raw: Buffer.from('text\r\n'), accepted: false }])
})

test('answers depend on connection, command and line (cases 9, 22)', async () => {
  await using server = await start({
    greeting: ({ connection }) => (connection > 2 ? { close: true, before: '421 4.7.0 Too many\r\n' } : undefined),
    starttls: ({ connection, command }) => (connection === 1 && command < 4 ? '454 4.7.0 Not now\r\n' : undefined),
  })
  using first = await openGreeted(server)
  expect(await first.say('STARTTLS')).toMatch(/^454 /)
  expect(await first.say('STARTTLS')).toMatch(/^454 /)
  expect(await first.say('STARTTLS')).toMatch(/^220 /)
  using second = await openGreeted(server)
  expect(await second.say('STARTTLS')).toMatch(/^220 /)
  using third = await openClient(server)
  expect(await third.rest()).toBe('421 4.7.0 Too many\r\n')
})

test('pieces come at the pace of the clock, one segment each (cases 2, 3)', async () => {
  const slept: number[] = []
  let release = ignore
  const clock: Clock = {
    ...systemClock,
    async sleep(ms) {
      slept.push(ms)
      await new Promise<void>((resolve) => {
        release = resolve
      })
    },
  }
  await using server = await start({ greeting: { pieces: ['220-a\r\n', '220', ' b\r\n'], everyMs: 700 } }, { clock })
  const socket = connect({ host: server.host, port: server.port })
  const seen: string[] = []
  for await (const chunk of socket) {
    seen.push(String(chunk))
    if (seen.length === 3) break
    release()
  }
  expect(seen).toEqual(['220-a\r\n', '220', ' b\r\n'])
  expect(slept).toEqual([700, 700])
})

test('pieces may be endless; they stop when the client leaves', async () => {
  function* flood() {
    for (;;) yield '220-more\r\n'.repeat(1000)
  }
  await using server = await start({ greeting: { pieces: flood(), everyMs: 0 } })
  const socket = connect({ host: server.host, port: server.port })
  await once(socket, 'data')
  socket.destroy()
  await server.connections[0]?.closed
  const next = connect({ host: server.host, port: server.port })
  await once(next, 'connect')
  next.destroy()
})

test('pieces wait for a client that does not read', async () => {
  const slow = new Writable({ highWaterMark: 1, write: ignore })
  const clock = { ...systemClock, sleep: async () => Promise.resolve() }
  const stage = { socket: slow as Socket, tcp: slow as Socket, clock, closed: AbortSignal.any([]) }
  void perform({ pieces: ['a', 'b', 'c'], everyMs: 0 }, stage)
  await nextTurn()
  expect(slow.writableLength).toBe(1)
})

test('a reply can wait for the test', async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  await using server = await start({ ehlo: () => promise })
  using client = await openClient(server)
  await client.reply()
  client.write('EHLO c\r\nQUIT\r\n')
  resolve(undefined)
  expect(await client.reply()).toMatch(/^250-/)
  expect(await client.reply()).toMatch(/^221 /)
})

test('closing, resetting and silence are three different things (case 12)', async () => {
  await using closing = await start({ ehlo: { close: true } })
  await using resetting = await start({ ehlo: { reset: true } })
  await using silent = await start({ ehlo: { silence: true } })
  const outcomes = [closing, resetting].map(async (server) => {
    using client = await openClient(server)
    await client.reply()
    client.write('EHLO c\r\n')
    return await client.rest()
  })
  expect(await Promise.all(outcomes)).toEqual(['', 'reset'])
  using client = await openClient(silent)
  await client.reply()
  client.write('EHLO c\r\nNOOP\r\n')
  using other = await openClient(silent)
  await other.reply()
  expect(client.chunks).toEqual(['220 mx.scripted.test ESMTP\r\n'])
  client.leave()
  await silent.connections[0]?.closed
  expect(String(silent.connections[0]?.plaintext)).toBe('EHLO c\r\nNOOP\r\n')
})

test('a reset within TLS is a reset of the connection', async () => {
  await using server = await start({ mail: { reset: true } })
  using client = await openGreeted(server)
  await client.say('STARTTLS')
  await client.upgrade(trusting)
  await client.say('EHLO c')
  client.write('MAIL FROM:<a@b.test>\r\n')
  expect(await client.rest()).toBe('reset')
})

test('a message whose last reply is lost is not accepted', async () => {
  const mailbox = createMailbox()
  await using server = await start({ dot: { close: true } }, { mailbox })
  using client = await openClient(server)
  await client.reply()
  for (const line of ['EHLO c', ...transaction]) await client.say(line)
  client.write('.\r\n')
  expect(await client.rest()).toBe('')
  expect(server.messages).toMatchObject([{ to: ['c@d.test'], accepted: false }])
  expect(mailbox.count).toBe(0)
})

test('QUIT need not close', async () => {
  await using server = await start({ noCloseOnQuit: true })
  using client = await openClient(server)
  await client.reply()
  expect(await client.say('QUIT')).toMatch(/^221 /)
  expect(await client.say('NOOP')).toMatch(/^250 /)
})
