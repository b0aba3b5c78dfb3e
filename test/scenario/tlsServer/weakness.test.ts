import { constants, type KeyObject, publicEncrypt, X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { makeOracle, type PremasterForm, printRecord, type TlsBehaviour } from '../../support/tlsServer/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { number, vector } from '../../support/tlsServer/octets.ts'
import { openRaw, type RawClient, readServerHello } from './rawClient.ts'

const plain = { versions: [0x0303], suites: [0x002f] }
const changeCipherSpec = printRecord(20, 0x0303, Buffer.from([1]))
const finished = printRecord(22, 0x0303, Buffer.alloc(64, 7))

async function openAtDone(behaviour: Partial<TlsBehaviour>, heartbeat = false): Promise<{ client: RawClient; key: KeyObject }> {
  const client = await openRaw({ ...plain, ...behaviour })
  await client.hello(heartbeat ? { extensions: [[15, Buffer.from([1])]] } : {})
  const { messages } = await client.flight()
  const list = messages.find(({ type }) => type === 11)?.body ?? Buffer.alloc(0)
  return { client, key: new X509Certificate(list.subarray(6)).publicKey }
}

/** A HeartbeatRequest that says it carries `length` octets (RFC 6520 4). */
function printHeartbeat(length: number, payload: string): Buffer {
  return printRecord(24, 0x0303, Buffer.concat([number(1, 1), number(length, 2), Buffer.from(payload), Buffer.alloc(16)]))
}

it('heartbleed: more comes back than was sent: the padding of the request, then a pattern', async () => {
  const { client } = await openAtDone({ heartbeat: 'bleeding' }, true)
  await using _ = client
  await client.send(printHeartbeat(80, 'ping'))
  const [record] = (await client.flight(1)).records
  expect(record?.type).toBe(24)
  expect(record?.body.subarray(0, 3)).toEqual(Buffer.from([2, 0, 80]))
  expect(record?.body).toHaveLength(3 + 80 + 16)
  expect(record?.body.subarray(3, 83).toString()).toMatch(/^ping\0{16}no memory, only a pattern no memory/)
})

it('heartbleed: a sound server drops what is too short, and answers what is not', async () => {
  const { client } = await openAtDone({ heartbeat: 'sound' }, true)
  await using _ = client
  await client.send(printHeartbeat(80, 'ping'))
  await client.send(printHeartbeat(4, 'pong'))
  const [record] = (await client.flight(1)).records
  expect(record?.body.subarray(0, 7)).toEqual(Buffer.from('020004706f6e67', 'hex'))
})

it('a heartbeat that was not agreed on is unexpected', async () => {
  const { client } = await openAtDone({}, true)
  await using _ = client
  await client.send(printHeartbeat(4, 'ping'))
  expect((await client.flight()).alerts).toEqual([[2, 10]])
})

it.each([
  [false, 10],
  [true, 20],
])('early ChangeCipherSpec: taken %s', async (earlyCcs, alert) => {
  const { client } = await openAtDone({ earlyCcs })
  await using _ = client
  await client.send(Buffer.concat([changeCipherSpec, changeCipherSpec]))
  expect((await client.flight()).alerts).toEqual([[2, alert]])
})

/** PKCS #1 v1.5 by hand, with each fault that robotattack.org has. */
function pad(form: PremasterForm, octets: number): Buffer {
  const padding = Buffer.alloc(octets - 51, 0xab)
  const secret = Buffer.concat([Buffer.from(form === 'wrong-version' ? [2, 2] : [3, 3]), Buffer.alloc(46, 0xcd)])
  if (form === 'short-padding') padding[3] = 0
  if (form === 'wrong-length') padding[20] = 0
  const head = Buffer.from(form === 'wrong-prefix' ? [0x41, 0x17] : [0, 2])
  return Buffer.concat([head, padding, Buffer.from([form === 'no-zero' ? 0x11 : 0]), secret])
}

async function sendPremaster(client: RawClient, key: KeyObject, form: PremasterForm): Promise<void> {
  const octets = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const ciphertext =
    form === 'no-ciphertext'
      ? Buffer.alloc(octets, 255)
      : publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, pad(form, octets))
  const message = Buffer.concat([number(16, 1), vector(3, vector(2, ciphertext))])
  await client.send(Buffer.concat([printRecord(22, 0x0303, message), changeCipherSpec, finished]))
}

const forms = ['right', 'wrong-prefix', 'no-zero', 'short-padding', 'wrong-length', 'wrong-version', 'no-ciphertext'] as const

it.each(forms)('ROBOT: a sound server answers %s as any other', async (form) => {
  const { client, key } = await openAtDone({})
  await using _ = client
  await sendPremaster(client, key, form)
  expect((await client.flight()).alerts).toEqual([[2, 20]])
  expect(client.connection.seen.premaster).toBe(form)
})

it.each(forms)('ROBOT: a weak oracle tells %s from right', async (form) => {
  const { client, key } = await openAtDone({ robot: makeOracle({ alert: 51 }) })
  await using _ = client
  await sendPremaster(client, key, form)
  expect((await client.flight()).alerts).toEqual([[2, form === 'right' ? 20 : 51]])
})

it.each(forms)('ROBOT: a strong oracle tells the first octets, by closing at %s or not', async (form) => {
  const { client, key } = await openAtDone({ robot: makeOracle('close', ['wrong-prefix'], 'finished') })
  await using _ = client
  await sendPremaster(client, key, form)
  expect((await client.flight()).alerts).toEqual(form === 'wrong-prefix' ? [] : [[2, 20]])
})

it.each(['reset', 'silence'] as const)('ROBOT: an oracle by %s', async (how) => {
  const { client, key } = await openAtDone({ robot: makeOracle(how) })
  await using _ = client
  await sendPremaster(client, key, 'no-zero')
  if (how === 'reset') expect((await client.flight()).records).toEqual([])
  await expect.poll(() => client.connection.seen.end).toEqual({ kind: 'server', how })
})

it.each([
  ['client_key_exchange', 1],
  ['change_cipher_spec', 2],
  ['finished', 3],
] as const)('a server that closes at %s', async (at, records) => {
  const { client, key } = await openAtDone({ mishaps: [{ at, kind: 'stop', how: 'close' }] })
  await using _ = client
  await sendPremaster(client, key, 'right')
  expect(await client.rest()).toHaveLength(0)
  const { seen } = client.connection
  expect([seen.records.length, seen.end]).toEqual([records, { kind: 'server', how: 'close' }])
})

it('a slow server keeps its answer to a heartbeat and to a ChangeCipherSpec until its clock says so', async () => {
  const clock = new VirtualClock()
  const delay = { kind: 'delay', ms: 4000 } as const
  const mishaps = [
    { at: 'heartbeat', ...delay },
    { at: 'change_cipher_spec', ...delay },
  ] as const
  const { client } = await openAtDone({ clock, heartbeat: 'sound', mishaps }, true)
  await using _ = client
  await client.send(Buffer.concat([printHeartbeat(4, 'ping'), changeCipherSpec]))
  expect((await client.flight()).records.map(({ type }) => type)).toEqual([24, 21])
  expect(clock.elapsed).toBe(8000)
})

it.each([
  [true, 'ticket', 5, 32],
  [true, '', 5, 0],
  [true, 'ticket', 32, 0],
  [false, 'ticket', 5, 0],
])('ticketbleed %s: ticket "%s" and a session id of %i octets', async (ticketbleed, ticket, length, echoed) => {
  await using client = await openRaw({ ...plain, ticketbleed, sessionId: 'empty' })
  const sessionId = Buffer.alloc(length, 'of the test')
  await client.hello({ sessionId, extensions: [[35, Buffer.from(ticket)]] })
  const { sessionId: back } = readServerHello(await client.flight())
  expect(back).toHaveLength(echoed)
  if (echoed > 0) expect(back.toString()).toBe('of thticketbleedticketbleedticke')
})
