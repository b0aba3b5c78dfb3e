import { expect, it } from 'vitest'
import { createAuthority, startReceiver, startScriptedServer } from '../../../src/world/index.ts'
import { sendWith } from '../../support/sendWith.ts'

const people = (count: number, domain = 'good.test') => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)
const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.good.test'] })

it('delivers each message once, encrypted, and records it so that it verifies', async () => {
  await using server = await startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity, keep: true })
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.1'] },
    recipients: people(55),
    ca: authority.pem,
    level: 'valid',
  })
  expect(sent.counts).toMatchObject({ total: 55, sent: 55, held: 0, failed: 0 })
  expect(server.messages.map((message) => message.to[0] ?? '').toSorted()).toEqual(people(55).toSorted())
  expect(server.messages.every((message) => message.secure)).toBe(true)
  const leaves = await sent.leaves()
  expect(leaves.filter((leaf) => leaf.kind === 'attempt' && leaf.outcome === 'delivered')).toHaveLength(55)
  expect(JSON.stringify(leaves), 'no address in the log').not.toMatch(/p\d+@|good\.test/)
})

it('holds what would travel in plaintext, and writes no address before TLS', async () => {
  await using server = await startScriptedServer({ ehlo: '250 mx.good.test\r\n' })
  await using sent = await sendWith({ port: server.port, domains: { 'good.test': ['127.0.0.1'] }, recipients: people(20) })
  expect(sent.counts).toMatchObject({ total: 20, sent: 0, held: 20 })
  expect(sent.store.outcomes('test')[0]).toMatchObject({
    verdict: 'plaintext',
    state: 'held',
    reason: expect.stringContaining('does not offer STARTTLS') as string,
  })
  expect(server.messages).toHaveLength(0)
  for (const connection of server.connections) expect(connection.plaintext.toString()).toMatch(/^EHLO sender\.test\r\nQUIT\r\n$/)
})

it('sends in plaintext at the level opportunistic alone, and the evidence says so', async () => {
  await using server = await startScriptedServer({ ehlo: '250 mx.good.test\r\n' })
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.1'] },
    recipients: people(2),
    level: 'opportunistic',
  })
  expect(sent.counts).toMatchObject({ sent: 2 })
  expect(server.messages.map((message) => message.secure)).toEqual([false, false])
  expect(await sent.leaves()).toContainEqual(
    expect.objectContaining({ kind: 'session', verdict: 'plaintext', level: 'opportunistic', tls: null }),
  )
})

it('raises the level for one domain, and keeps its messages apart from those of another on the same host', async () => {
  await using server = await startScriptedServer({})
  const domains = { 'good.test': ['127.0.0.1'], 'bank.test': ['127.0.0.1'] }
  await using sent = await sendWith({
    port: server.port,
    domains,
    recipients: [...people(3), ...people(3, 'bank.test')],
    rules: { 'bank.test': 'valid' },
  })
  expect(sent.counts).toMatchObject({ sent: 3, held: 3 })
  expect(server.messages.flatMap((message) => message.to).every((address) => address.endsWith('@good.test'))).toBe(true)
})

it('holds at authenticated what is valid only: unsigned DNS vouches for no name', async () => {
  await using server = await startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity })
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.1'] },
    recipients: people(1),
    ca: authority.pem,
    level: 'authenticated',
  })
  expect(sent.counts).toMatchObject({ sent: 0, held: 1 })
})

it.each([
  ['550 5.1.1 no such user\r\n', 'failed'],
  ['450 4.2.0 greylisted\r\n', 'deferred'],
] as const)('one recipient refused with %j is %s, the others go on (case 11)', async (reply, state) => {
  await using server = await startScriptedServer({ rcpt: ({ line }) => (line.includes('p1@') ? reply : undefined) })
  await using sent = await sendWith({ port: server.port, domains: { 'good.test': ['127.0.0.1'] }, recipients: people(4) })
  expect(sent.counts).toMatchObject({ sent: 3, [state]: 1 })
})

it.each(['nxdomain', 'null-mx'] as const)('fails what has nowhere to go: %s', async (kind) => {
  await using sent = await sendWith({ port: 1, domains: { 'gone.test': kind }, recipients: people(2, 'gone.test') })
  expect(sent.counts).toMatchObject({ failed: 2 })
})

it('puts off what DNS cannot tell for now', async () => {
  await using sent = await sendWith({ port: 1, domains: { 'gone.test': 'servfail' }, recipients: people(2, 'gone.test') })
  expect(sent.counts).toMatchObject({ failed: 0, deferred: 2 })
})

it('tries the next address when the first does not answer, and when it does not encrypt', async () => {
  await using plain = await startScriptedServer({ ehlo: '250 mx.good.test\r\n' }, { host: '127.0.0.3' })
  await using server = await startScriptedServer({}, { host: '127.0.0.4', port: plain.port })
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.2', '127.0.0.3', '127.0.0.4'] },
    recipients: people(3),
  })
  expect(sent.counts).toMatchObject({ sent: 3 })
  expect(plain.messages).toHaveLength(0)
})

it('counts a lost reply to the final dot as an outcome of its own', async () => {
  let dots = 0
  await using server = await startScriptedServer({ dot: () => (++dots === 2 ? { close: true } : undefined) })
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.1'] },
    recipients: people(3),
    rule: { connections: 1 },
  })
  expect(sent.counts).toMatchObject({ sent: 2, deferred: 1 })
  const lost = (await sent.leaves()).filter((leaf) => leaf.kind === 'attempt' && leaf.outcome === 'reply-lost')
  expect(lost).toMatchObject([{ code: null, reply: null, strength: 'observed' }])
})

it('comes back after a 421 in mid-campaign, and does not go round for ever where none is taken', async () => {
  await using server = await startScriptedServer({
    mail: ({ command }) => (command > 4 ? { close: true, before: '421 4.7.0 enough\r\n' } : undefined),
  })
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.1'] },
    recipients: people(9),
    rule: { connections: 1 },
  })
  expect(sent.counts.sent + sent.counts.deferred).toBe(9)
  expect(sent.counts.sent).toBeGreaterThan(1)
})

it('goes on where it was: leased messages of a killed run are sent, sent ones are not', async () => {
  await using server = await startScriptedServer({})
  const domains = { 'good.test': ['127.0.0.1'] }
  await using first = await sendWith({ port: 1, domains, recipients: people(6) })
  expect(first.counts).toMatchObject({ deferred: 6 })
  await first.store.hurry('test')
  const taken = await first.store.takeDomains('test', Date.now(), 10)
  const leased = await first.store.lease(
    taken.map(({ id }) => id),
    2,
    Date.now(),
  )
  expect(leased.items).toHaveLength(2)
  await first.store[Symbol.asyncDispose]()
  await using second = await sendWith({ port: server.port, domains, recipients: [], folder: first.folder })
  expect(second.counts).toMatchObject({ total: 6, sent: 6 })
  expect(new Set(server.messages.flatMap((message) => message.to)).size).toBe(6)
})

it('stops between messages when told to, and keeps the rest', async () => {
  const stop = new AbortController()
  await using server = await startScriptedServer({
    dot: () => {
      stop.abort()
      return undefined
    },
  })
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.1'] },
    recipients: people(10),
    rule: { connections: 1 },
    options: { signal: stop.signal },
  })
  // The one whose transaction had been begun behind the first is finished too.
  expect(sent.counts).toMatchObject({ sent: 2, waiting: 8 })
  expect(server.connections.at(-1)?.secureLines.at(-1)).toBe('QUIT')
})
