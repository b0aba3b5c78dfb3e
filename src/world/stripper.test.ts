import { once } from 'node:events'
import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import { describe, expect, test } from 'vitest'
import { createAuthority } from './authority.ts'
import { openGreeted } from './client.ts'
import { startListener, type Place } from './listener.ts'
import { startReceiver } from './receiver.ts'
import { startStripper } from './stripper.ts'

const here: Place = { host: '127.0.0.1', port: 0 }
const authority = await createAuthority()

describe('in front of a good server', () => {
  async function startPair() {
    const identity = await authority.issue({ names: ['mx.example.test'] })
    const receiver = await startReceiver({ host: '127.0.0.2', port: 0, hostname: 'mx.example.test', identity, keep: true })
    const stripper = await startStripper({ ...here, target: receiver })
    const stack = new AsyncDisposableStack()
    stack.use(receiver)
    stack.use(stripper)
    return { receiver, stripper, [Symbol.asyncDispose]: async () => stack.disposeAsync() }
  }

  test('a client that insists on TLS gets none, and the others travel in the clear (case 20)', async () => {
    await using pair = await startPair()
    const { receiver, stripper } = pair
    const { host, port } = stripper
    const mail = { from: 'a@b.test', to: 'c@d.test', text: 'STARTTLS\n250-STARTTLS\nSTARTTLS' }
    await expect(createTransport({ host, port, requireTLS: true }).sendMail(mail)).rejects.toMatchObject({ responseCode: 500 })
    expect(receiver.count).toBe(0)
    await createTransport({ host, port }).sendMail(mail)
    expect(receiver).toMatchObject({ count: 1, plaintext: 1 })
    // What stands in a message is no command.
    expect(receiver.messages[0]?.raw.toString()).toMatch(/\r\n\r\nSTARTTLS\r\n250-STARTTLS\r\nSTARTTLS\r\n$/)
  })

  test('after a message commands are commands again', async () => {
    await using pair = await startPair()
    using client = await openGreeted(pair.stripper)
    for (const line of ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA']) await client.say(line)
    expect(await client.say('STARTTLS', '.')).toMatch(/^250 /)
    expect(await client.say('STARTTLS')).toMatch(/^500 /)
    expect(pair.receiver.messages[0]?.raw.toString()).toBe('STARTTLS\r\n')
  })

  test('the words are those of the field', async () => {
    await using pair = await startPair()
    const socket = connect({ host: pair.stripper.host, port: pair.stripper.port })
    await once(socket, 'readable')
    socket.write('EHLO STARTTLS\r\nstarttls\r\nQUIT\r\n')
    let said = ''
    for await (const chunk of socket) said += String(chunk)
    expect(said).toMatch(/^250[- ]XXXXXXXA\r$/m)
    expect(said).toMatch(/^500 /m)
    expect(said).not.toContain('STARTTLS')
  })
})

/** Sends the segments one by one, each when the one before has passed, from one side; returns what came out. */
async function pass(
  direction: 'fromClient' | 'fromServer',
  segments: readonly string[],
  passedWhen: readonly number[],
): Promise<string> {
  let seen = ''
  let wake: (() => void) | undefined
  const take = (chunk: Buffer) => {
    seen += String(chunk)
    wake?.()
  }
  const { promise: accepted, resolve } = Promise.withResolvers<NodeJS.WritableStream>()
  await using target = await startListener(here, (socket) => {
    if (direction === 'fromClient') socket.on('data', take)
    resolve(socket)
  })
  await using stripper = await startStripper({ ...here, target })
  const client = connect({ host: stripper.host, port: stripper.port, noDelay: true })
  if (direction === 'fromServer') client.on('data', take)
  const source = direction === 'fromClient' ? client : await accepted
  await accepted
  for (const [index, segment] of segments.entries()) {
    source.write(segment)
    while (seen.length < (passedWhen[index] ?? 0)) {
      await new Promise<void>((again) => {
        wake = again
      })
    }
  }
  client.destroy()
  return seen
}

describe('cut into segments', () => {
  test.each([
    [
      ['250-mx\r\n250-STAR', 'TTLS\r\n250 SIZE\r\n'],
      [8, 32],
    ],
    [
      ['250-mx\r\n250', ' ', 'S', 'TARTTLS\r', '\n'],
      [8, 8, 8, 8, 22],
    ],
    [['250-STARTTLS\r\n250 STARTTLS\r\n'], [28]],
  ])('an offer is recognised: %j', async (segments, passedWhen) => {
    const whole = segments.join('')
    expect(await pass('fromServer', segments, passedWhen)).toBe(whole.replaceAll('STARTTLS', 'XXXXXXXA'))
  })

  test('a command is recognised', async () => {
    expect(await pass('fromClient', ['EHLO c\r\nSTART', 'TLS\r\n'], [8, 18])).toBe('EHLO c\r\nXXXXXXXX\r\n')
  })

  test('what only looks like it passes as it is', async () => {
    const whole = '250-STARTTLSX\r\n220 STARTTLS\r\n250 no STARTTLS\r\n'
    expect(await pass('fromServer', [whole], [whole.length])).toBe(whole)
  })

  test('a line that is long, or never ends, is not held back', async () => {
    expect(await pass('fromClient', ['MAIL FROM:<a@b', '.test', '>'], [0, 19, 20])).toBe('MAIL FROM:<a@b.test>')
  })

  test('what was held back comes out when the client ends', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    await using target = await startListener(
      here,
      (socket) => {
        let seen = ''
        socket.on('data', (chunk) => {
          seen += String(chunk)
        })
        socket.on('end', () => {
          socket.end()
          resolve(seen)
        })
      },
      true,
    )
    await using stripper = await startStripper({ ...here, target })
    connect({ host: stripper.host, port: stripper.port }).end('EHLO c\r\nSTART')
    expect(await promise).toBe('EHLO c\r\nSTART')
  })
})
