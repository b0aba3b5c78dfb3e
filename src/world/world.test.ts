import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import { expect, test } from 'vitest'
import { startWorld, type World } from './world.ts'

function createResolver(world: World): Resolver {
  const resolver = new Resolver({ tries: 1 })
  resolver.setServers([`${world.dns.host}:${world.dns.port}`])
  return resolver
}

/** Sends to the domain's mail server as nodemailer would; says `delivered`, or why not. */
async function deliver(world: World, domain: string, options: object = {}): Promise<string> {
  const host = world.hosts.find((known) => known.domain === domain)
  if (!host) return 'no such host'
  const tls = { ca: world.caPem, servername: host.mx }
  const transport = createTransport({ host: host.address, port: world.port, requireTLS: true, tls, ...options })
  const message = { from: 'a@sender.test', to: `b@${domain}`, text: 'Hello', messageId: `<1@${domain}>` }
  return transport.sendMail(message).then(
    () => 'delivered',
    (error: Error & { code?: string; response?: string }) => error.response ?? error.code ?? error.message,
  )
}

test.concurrent('its names lead to its servers', async () => {
  await using world = await startWorld()
  const resolver = createResolver(world)
  expect(world.hosts).toHaveLength(10)
  for (const { domain, mx, address } of world.hosts) {
    const found = await resolver.resolveMx(domain).catch(() => [{ exchange: domain }])
    expect(found.map(({ exchange }) => exchange)).toEqual([mx])
    expect(await resolver.resolve4(mx)).toEqual([address])
  }
  expect(world.hosts.find(({ domain }) => domain === 'implicit.test')?.mx).toBe('implicit.test')
  expect(new Set(world.hosts.map(({ address }) => address)).size).toBe(10)
  expect(world.withoutServer.map(({ domain }) => domain)).toEqual(['nomail.test', 'gone.test', 'servfail.test'])
  expect(await resolver.resolveMx('nomail.test')).toMatchObject([{ priority: 0, exchange: '' }])
  await expect(resolver.resolveMx('gone.test')).rejects.toMatchObject({ code: 'ENOTFOUND' })
  await expect(resolver.resolveMx('servfail.test')).rejects.toMatchObject({ code: 'ESERVFAIL' })
  await expect(resolver.resolveMx('implicit.test')).rejects.toMatchObject({ code: 'ENODATA' })
  expect(await resolver.resolve4(world.relay.host)).toEqual([world.relay.address])
})

test.concurrent('each of its servers is what it is said to be', async () => {
  await using world = await startWorld()
  const outcomes = await Promise.all(world.hosts.map(async ({ domain }) => [domain, await deliver(world, domain)]))
  expect(Object.fromEntries(outcomes)).toEqual({
    'valid.test': 'delivered',
    'implicit.test': 'delivered',
    'selfsigned.test': 'ESOCKET',
    'expired.test': 'ESOCKET',
    'wrongname.test': 'ESOCKET',
    'plain.test': expect.stringMatching(/^500 /),
    'stripped.test': expect.stringMatching(/^500 /),
    'busy.test': expect.stringMatching(/^454 4\.7\.0 /),
    'refusing.test': expect.stringMatching(/^421 4\.3\.2 .*try again later/),
    // nodemailer drops what was slipped in, and does not tell.
    'injected.test': 'delivered',
  })
  for (const domain of [
    'selfsigned.test',
    'expired.test',
    'wrongname.test',
    'plain.test',
    'stripped.test',
    'busy.test',
    'refusing.test',
  ]) {
    expect(world.received(domain)).toEqual({ total: 0, plaintext: 0 })
  }
  expect(world.received()).toEqual({ total: 3, plaintext: 0 })
})

test.concurrent('the three bad certificates are bad in one way each', async () => {
  await using world = await startWorld()
  const reasons: unknown[] = []
  for (const domain of ['selfsigned.test', 'expired.test', 'wrongname.test']) {
    const host = world.hosts.find((known) => known.domain === domain)
    const transport = createTransport({
      host: host?.address ?? '',
      port: world.port,
      requireTLS: true,
      tls: { ca: world.caPem, servername: host?.mx ?? '' },
    })
    reasons.push(await transport.verify().catch((error: Error) => error.message))
    expect(await deliver(world, domain, { tls: { rejectUnauthorized: false } })).toBe('delivered')
    expect(world.received(domain)).toEqual({ total: 1, plaintext: 0 })
  }
  expect(reasons).toEqual([
    expect.stringMatching(/self-signed/),
    expect.stringMatching(/expired/),
    expect.stringMatching(/mail\.elsewhere\.test/),
  ])
})

test.concurrent('it counts what careless clients send in the clear', async () => {
  await using world = await startWorld()
  const careless = { requireTLS: false, ignoreTLS: true }
  for (const domain of ['plain.test', 'stripped.test', 'busy.test', 'injected.test']) {
    expect(await deliver(world, domain, careless)).toBe('delivered')
    expect(world.received(domain)).toEqual({ total: 1, plaintext: 1 })
  }
  await deliver(world, 'valid.test')
  expect(world.received()).toEqual({ total: 5, plaintext: 4 })
  expect(world.mailbox('busy.test')).toMatchObject({ ids: ['<1@busy.test>'], messages: [] })
  expect(() => world.received('nowhere.test')).toThrow(/nowhere\.test/)
})

test.concurrent('replies are slipped in behind the 220 of injected.test, in the clear', async () => {
  await using world = await startWorld()
  const host = world.hosts.find(({ domain }) => domain === 'injected.test')
  const socket = connect({ host: host?.address ?? '', port: world.port })
  await once(socket, 'data')
  socket.write('EHLO c\r\n')
  await once(socket, 'data')
  socket.write('STARTTLS\r\n')
  const [segment] = (await once(socket, 'data')) as [Buffer]
  expect(segment.toString()).toMatch(/^220 [^\r]*\r\n250-mx\.injected\.test\r\n/)
  socket.destroy()
})

test.concurrent('its relay takes mail from those who log in, over TLS only', async () => {
  await using world = await startWorld({ keep: true })
  const { address: host, port, tlsPort, user, password: pass, host: servername } = world.relay
  const shared = { host, tls: { ca: world.caPem, servername }, auth: { user, pass } }
  const message = { from: 'a@sender.test', to: 'b@valid.test', text: 'Hello' }
  await createTransport({ ...shared, port, requireTLS: true }).sendMail(message)
  await createTransport({ ...shared, port: tlsPort, secure: true }).sendMail(message)
  const stranger = { ...shared, port, auth: { user, pass: 'guessed' } }
  await expect(createTransport(stranger).sendMail(message)).rejects.toMatchObject({ responseCode: 535 })
  await expect(createTransport({ ...shared, port, ignoreTLS: true }).sendMail(message)).rejects.toThrow()
  expect(world.received('relay.test')).toEqual({ total: 2, plaintext: 0 })
  expect(world.mailbox('relay.test').messages).toHaveLength(2)
  expect(user).toBe('sealpost')
  await using other = await startWorld()
  expect(other.relay.password).not.toBe(pass)
})

test.concurrent('it closes at once, and its ports are free again', async () => {
  const world = await startWorld()
  const sockets = world.hosts.map(({ address }) => connect({ host: address, port: world.port }).on('error', () => undefined))
  const closed = Promise.all(sockets.map(async (socket) => once(socket.resume(), 'close')))
  await Promise.all(sockets.map(async (socket) => (socket.connecting ? once(socket, 'connect') : undefined)))
  await world[Symbol.asyncDispose]()
  expect(await closed).toHaveLength(10)
  const again = connect({ host: '127.0.0.2', port: world.port })
  await expect(once(again, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test.concurrent('a system without the loopback range is told what to do', async () => {
  await expect(startWorld({ network: '203.0.113' })).rejects.toMatchObject({
    code: 'SP_PORT_IN_USE',
    where: '203.0.113.2',
    next: expect.stringContaining('lo0 alias 203.0.113.2') as string,
  })
})
