import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ServeTimeouts, serveApp, usualTimeouts } from '../../../src/serve/index.ts'
import { type EndpointOptions, checkEndpoint } from '../../../src/unsubscribe/index.ts'
import { createAuthority } from '../../../src/world/index.ts'
import { createServing, makeKeys } from '../../support/serving.ts'

const authority = await createAuthority()
let folder: string
let tls: { cert: string; key: string }
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  await install()
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function install(): Promise<void> {
  const { cert, key } = await authority.issue({ names: ['localhost'] })
  await writeFile(tls.cert, cert)
  await writeFile(tls.key, key)
}

const listen = { address: '127.0.0.1', port: 0 }

async function start(timeouts: Partial<ServeTimeouts> = {}, secure = true) {
  const serving = createServing()
  const server = await serveApp(
    serving.app,
    { listen, tls: secure ? tls : undefined, allowHttp: false },
    { ...usualTimeouts, ...timeouts },
  )
  return { ...serving, server, [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose]() }
}

describe('over TLS', () => {
  it('a link of our own passes the check from outside, and unsubscribes nobody', async () => {
    await using site = await start()
    const url = `https://localhost:${site.server.port}`
    const options = { keys: site.keys, ca: [authority.pem], timeoutMs: 5_000 }
    expect(await checkEndpoint(url, options)).toEqual({ kind: 'fine' })
    expect(site.rows).toEqual([])
    expect(await checkEndpoint(url, { ...options, keys: makeKeys() })).toMatchObject({
      kind: 'failed',
      step: 'get',
      why: expect.stringContaining('404') as string,
    })
    expect(await checkEndpoint(url, { ...options, ca: [] })).toMatchObject({ kind: 'failed', step: 'get' })
    expect(await checkEndpoint(url.replace('https', 'http'), options)).toMatchObject({ kind: 'failed', step: 'url' })
  })

  it('looks the host up where it is told to, and what the DNS does not say is not tested', async () => {
    await using site = await start()
    const url = `https://localhost:${site.server.port}`
    const check = async (found: Awaited<ReturnType<NonNullable<EndpointOptions['lookup']>>>) =>
      checkEndpoint(url, { keys: site.keys, ca: [authority.pem], timeoutMs: 5_000, lookup: async () => found })
    expect(await check({ kind: 'addresses', addresses: ['127.0.0.1'] })).toEqual({ kind: 'fine' })
    expect(await check({ kind: 'none' })).toMatchObject({ kind: 'failed', step: 'get', why: 'localhost has no address' })
    expect(await check({ kind: 'temporary', detail: 'SERVFAIL' })).toMatchObject({
      kind: 'untested',
      why: expect.stringContaining('SERVFAIL') as string,
    })
    expect(site.rows).toEqual([])
  })

  it('one click over a real socket lets go', async () => {
    await using site = await start()
    const socket = connectTls({ host: '127.0.0.1', port: site.server.port, servername: 'localhost', ca: [authority.pem] })
    await once(socket, 'secureConnect')
    const body = 'List-Unsubscribe=One-Click'
    socket.write(
      `POST /u/${site.token()} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    )
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(site.rows).toMatchObject([{ addressKey: 'ada@a.test' }])
  })

  it('a renewed certificate is taken without a pause', async () => {
    await using site = await start()
    const serial = async (): Promise<string> => {
      const socket = connectTls({ host: '127.0.0.1', port: site.server.port, servername: 'localhost', ca: [authority.pem] })
      await once(socket, 'secureConnect')
      const { serialNumber } = socket.getPeerCertificate()
      socket.destroy()
      return serialNumber
    }
    const before = await serial()
    await install()
    site.server.renew()
    expect(await serial()).not.toBe(before)
    await writeFile(tls.cert, 'no certificate')
    expect(() => {
      site.server.renew()
    }).toThrow()
    expect(await serial()).not.toBe(before)
  })
})

describe('without TLS', () => {
  it('it answers this machine alone, unless it is told otherwise', async () => {
    const { app } = createServing()
    const open = { address: '0.0.0.0', port: 0 }
    await expect(serveApp(app, { listen: open, tls: undefined, allowHttp: false })).rejects.toMatchObject({
      code: 'SP_SETTINGS_INVALID',
    })
    await using server = await serveApp(app, { listen: open, tls: undefined, allowHttp: true })
    expect(server.port).toBeGreaterThan(0)
    await expect(
      serveApp(app, { listen: { ...listen, port: server.port }, tls: undefined, allowHttp: true }),
    ).rejects.toMatchObject({ code: 'SP_PORT_IN_USE' })
  })
})

describe('who is slow on purpose', () => {
  /**
   * Slowloris: thousands of connections that send the head of a request, or its body, an octet now and then, and so hold a
   * place each for as long as they like. Neither may last beyond its bound.
   */
  it.each([
    ['the head', 'GET / HTTP/1.1\r\nHost: x\r\nX-'],
    [
      'the body',
      'POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nL',
    ],
  ])('with %s is hung up on', async (_, start_) => {
    await using site = await start({ head: 50, request: 100 }, false)
    const socket = connect({ host: '127.0.0.1', port: site.server.port })
    socket.on('error', () => undefined)
    socket.write(start_)
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    await once(socket, 'close')
    expect(answer).toMatch(/^(?:HTTP\/1.1 408 |$)/)
  })

  it('is not waited for when the server ends', async () => {
    const site = await start({ shutdown: 50 }, false)
    const socket = connect({ host: '127.0.0.1', port: site.server.port })
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-')
    await once(socket, 'connect')
    const { promise: closed, resolve } = Promise.withResolvers<unknown>()
    socket.once('close', resolve)
    await site.server[Symbol.asyncDispose]()
    await closed
  })
})

/**
 * Browsers open connections ahead of time and keep those that they used. Nobody asks for anything on them, so the end of a
 * server must not wait for them; whoever has asked for something gets his answer.
 */
describe.each([
  ['over TLS', true],
  ['without TLS', false],
])('%s a server ends', (_, secure) => {
  const patient = { head: 600_000, request: 600_000, idle: 600_000, shutdown: 600_000 }
  const form = 'content-type: application/x-www-form-urlencoded'

  async function open(port: number) {
    const to = { host: '127.0.0.1', port }
    const socket = secure ? connectTls({ ...to, servername: 'localhost', ca: [authority.pem] }) : connect(to)
    const closed = once(socket, 'close')
    await once(socket, secure ? 'secureConnect' : 'connect')
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    return { socket, closed, answer: () => answer }
  }

  it('at once while connections are held that were never used, or lie idle', async () => {
    const site = await start(patient, secure)
    const { port } = site.server
    const unused = await open(port)
    // It has not come as far as a request; over TLS not even as far as a handshake.
    const bare = connect({ host: '127.0.0.1', port })
    bare.on('error', () => undefined)
    const { promise: gone, resolve } = Promise.withResolvers<unknown>()
    bare.once('close', resolve)
    await once(bare, 'connect')
    const idle = await open(port)
    idle.socket.write(`GET /u/${site.token()} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await once(idle.socket, 'data')
    await site.server[Symbol.asyncDispose]()
    bare.resume()
    await Promise.all([unused.closed, idle.closed, gone])
    expect([unused.answer(), idle.answer()]).toEqual(['', expect.stringMatching(/^HTTP\/1.1 200 /)])
  })

  it('when what is under way was answered, and not before', async () => {
    const site = await start(patient, secure)
    const [asking, leaving] = [await open(site.server.port), await open(site.server.port)]
    const body = 'List-Unsubscribe=One-Click'
    const head = (id: number) =>
      `POST /u/${site.token(id)} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n${form}\r\nContent-Length: ${body.length}\r\n\r\n`
    for (const [at, one] of [asking, leaving].entries()) {
      one.socket.write(head(at + 1))
      // RFC 9110 10.1.1: the head was read.
      await once(one.socket, 'data')
    }
    const ended = site.server[Symbol.asyncDispose]()
    asking.socket.write(body)
    await asking.closed
    expect(site.rows).toHaveLength(1)
    leaving.socket.write(body)
    await Promise.all([leaving.closed, ended])
    for (const one of [asking, leaving])
      expect(one.answer()).toMatch(/HTTP\/1.1 200 OK[\s\S]*connection: close[\s\S]*You are unsubscribed/i)
    expect(site.rows).toHaveLength(2)
  })
})
