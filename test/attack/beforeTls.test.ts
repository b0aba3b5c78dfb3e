/*
 * The threat: that we ourselves write, on whatever path through whatever error, a byte too many in the clear: an
 * address, a name of a recipient, a password, a message. What was written is not read from our own transcript here but
 * from the wire, by a relay in front of each server of the world.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCheckContext, examine, parseTarget } from '../../src/check/index.ts'
import { systemClock } from '../../src/clock.ts'
import { createResolver } from '../../src/dns/index.ts'
import { type Dialer, dial, openHop } from '../../src/starttls/index.ts'
import { Trust } from '../../src/tls/index.ts'
import {
  type Host,
  type Recorder,
  type Say,
  type Script,
  type World,
  plaintextOf,
  spellReply,
  startRecorder,
  startWorld,
} from '../../src/world/index.ts'
import { hopTo } from '../support/attack.ts'
import { authority, mx, startLab } from '../support/lab.ts'
import { publicAddress } from '../support/network.ts'

/** The servers of the world take their time by the machine's clock, so it is given to all. */
const clock = systemClock
const timeouts = { connect: 10_000, greeting: 10_000, command: 10_000, handshake: 10_000 }

let world: World
/** One for the examination and one for the sender, by the server's address. */
const examined = new Map<string, Recorder>()
const sent = new Map<string, Recorder>()

function dialThrough(recorders: ReadonlyMap<string, Recorder>): Dialer {
  return async (endpoint, timeoutMs) => {
    const recorder = recorders.get(endpoint.address)
    if (!recorder) return { kind: 'unreachable', cause: 'no-route', detail: `nobody listens to ${endpoint.address}` }
    return dial({ host: endpoint.host, address: recorder.host, port: recorder.port }, timeoutMs, clock)
  }
}

beforeAll(async () => {
  world = await startWorld()
  for (const { address } of world.hosts) {
    const target = { host: address, port: world.port }
    examined.set(address, await startRecorder({ host: '127.0.0.1', port: 0, target }))
    sent.set(address, await startRecorder({ host: '127.0.0.1', port: 0, target }))
  }
  const trust = new Trust([world.caPem])
  const context = createCheckContext({
    resolver: createResolver({ servers: [{ address: world.dns.host, port: world.dns.port }], timeoutMs: 5_000, tries: 2, clock }),
    trust,
    clock,
    dialer: dialThrough(examined),
    names: ['client', 'client.test'],
    timeouts,
    port: world.port,
    allowPrivateAddresses: true,
    retryMs: [0, 0],
    otherPorts: [],
    deep: false,
    budget: 8,
    probeMail: false,
  })
  const send = async ({ mx, address }: Host): Promise<void> => {
    const endpoint = { host: mx, address, port: world.port }
    const dialer = dialThrough(sent)
    const fixed = {
      protocol: 'smtp',
      names: ['client.test'],
      security: 'starttls',
      probe: false,
      sni: true,
      floor: 'TLSv1.2',
    } as const
    const { channel } = await openHop(endpoint, { ...fixed, trust, timeouts, clock, dialer })
    channel?.write('QUIT\r\n')
    await channel?.read(5_000)
    channel?.destroy()
  }
  await Promise.all([...world.hosts.map(async ({ domain }) => examine(parseTarget(domain), context)), ...world.hosts.map(send)])
})

afterAll(async () => {
  await Promise.all([...examined.values(), ...sent.values()].map(async (recorder) => recorder[Symbol.asyncDispose]()))
  await world[Symbol.asyncDispose]()
})

/** What was written outside TLS on each connection, and what began behind it. */
async function listWritten(recorder: Recorder | undefined) {
  const connections = recorder?.connections ?? []
  await Promise.all(connections.map(async ({ closed }) => closed))
  return connections.map(({ fromClient }) => {
    const plaintext = plaintextOf(fromClient)
    const hello = plaintext.length === fromClient.length ? findSsl2Hello(plaintext) : -1
    const began = plaintext.length < fromClient.length ? 'tls' : hello === -1 ? 'plain' : 'ssl2'
    return { plaintext: (hello === -1 ? plaintext : plaintext.subarray(0, hello)).toString('latin1'), began } as const
  })
}

/**
 * Where a CLIENT-HELLO of SSLv2 begins that is the last thing written, to the octet: a header of two octets with the
 * highest bit set, message 1, version 2, three lengths (draft-hickman-netscape-ssl-00 2.1, 2.5).
 */
function findSsl2Hello(bytes: Buffer): number {
  const at = bytes.indexOf('STARTTLS\r\n') + 10
  if (at < 10 || bytes.length < at + 11 || bytes.readUIntBE(at + 2, 3) !== 0x010002) return -1
  const kinds = bytes.readUInt16BE(at + 5)
  const challenge = bytes.readUInt16BE(at + 9)
  const length = 9 + kinds + challenge
  const whole = bytes.readUInt16BE(at) === (0x8000 | length) && bytes.length === at + 2 + length
  // No session, so that nothing else has room in it; the challenge is made by chance.
  return whole && bytes.readUInt16BE(at + 7) === 0 && kinds <= 48 && challenge <= 32 ? at : -1
}

/** The command that the injection probe slips in behind STARTTLS: a name that says nothing of anybody. */
const slipped = String.raw`(?:EHLO sp[0-9a-f]{16}\.invalid\r\n)?`
/** All that may be written where TLS did not begin, and where it did. */
const byExamination = {
  plain: new RegExp(
    String.raw`^(?:EHLO client(?:\.test)?\r\n)*(?:HELO client\.test\r\n)?(?:STARTTLS\r\n${slipped})?(?:QUIT\r\n)?$`,
  ),
  tls: new RegExp(String.raw`^(?:EHLO client(?:\.test)?\r\n)+(?:HELO client\.test\r\n)?STARTTLS\r\n${slipped}$`),
  ssl2: /^(?:EHLO client(?:\.test)?\r\n)+(?:HELO client\.test\r\n)?STARTTLS\r\n$/,
}
const bySender = {
  plain: /^(?:EHLO client\.test\r\n(?:STARTTLS\r\n)?)?(?:QUIT\r\n)?$/,
  tls: /^EHLO client\.test\r\nSTARTTLS\r\n$/,
  // A sender never falls back.
  ssl2: /^(?!)/,
}

/** Each connection of one examination keeps to what may be written, and one of them at most slips something in. */
function expectPolite(written: Awaited<ReturnType<typeof listWritten>>, of?: string): void {
  for (const { plaintext, began } of written) expect(plaintext, of).toMatch(byExamination[began])
  expect(written.filter(({ plaintext }) => plaintext.includes('.invalid')).length, of).toBeLessThanOrEqual(1)
}

const seen: string[] = []

describe('before TLS nothing is written but greetings, STARTTLS and QUIT', () => {
  it('to any host of the world, by an examination', async () => {
    for (const { domain, address } of world.hosts) {
      const written = await listWritten(examined.get(address))
      expect(written.length, domain).toBeGreaterThan(0)
      expectPolite(written, domain)
      for (const { plaintext, began } of written)
        seen.push(`examination ${began}${plaintext.includes('.invalid') ? ', slipped in' : ''}`)
    }
  })

  it('to any host of the world, by a sender', async () => {
    for (const { domain, address } of world.hosts) {
      const written = await listWritten(sent.get(address))
      expect(written, domain).toHaveLength(1)
      for (const { plaintext, began } of written) {
        expect(plaintext, domain).toMatch(bySender[began])
        seen.push(`sender ${began}`)
      }
    }
  })

  it('and all ways were seen: with TLS, with SSLv2 and without', () => {
    const ways = ['examination tls', 'examination tls, slipped in', 'examination ssl2', 'examination plain']
    expect(new Set(seen)).toEqual(new Set([...ways, 'sender tls', 'sender plain']))
  })

  it('and no server of the world got a message', () => {
    expect(world.received()).toEqual({ total: 0, plaintext: 0 })
  })
})

const moments = ['greeting', 'ehlo', 'helo', 'starttls', 'ehloAfterTls'] as const
const says: Record<string, Say> = {
  '220': '220 x\r\n',
  '250': '250 x\r\n',
  '334, a request for a password': '334 VXNlcm5hbWU6\r\n',
  '354, a request for a message': '354 go ahead\r\n',
  '421': '421 x\r\n',
  '454': '454 x\r\n',
  '500': '500 x\r\n',
  '530': '530 5.7.0 Must issue AUTH first\r\n',
  '554': '554 x\r\n',
  'no reply': 'hello\r\n',
  'a close': { close: true },
  'a reset': { reset: true },
  silence: { silence: true },
}
const offers = spellReply(250, mx, 'STARTTLS', 'AUTH PLAIN LOGIN', 'PIPELINING', 'CHUNKING', 'REQUIRETLS')
const scripts: [string, Partial<Script>][] = [
  ...moments.flatMap((moment) =>
    Object.entries(says).map(([name, say]): [string, Partial<Script>] => [`${moment}: ${name}`, { [moment]: say }]),
  ),
  ...(['garbage', 'silence', 'close'] as const).map((handshake): [string, Partial<Script>] => [
    `handshake: ${handshake}`,
    { handshake },
  ]),
  ['EHLO refused, HELO taken', { ehlo: '500 x\r\n' }],
  ['everything offered in the clear', { ehlo: offers }],
  ['words slipped in', { ehlo: offers, afterStarttls: '235 2.7.0 Authentication successful\r\n354 go\r\n' }],
]

describe('nor where a server does otherwise', () => {
  it.each(scripts)('%s', async (_, script) => {
    await using lab = await startLab({ check: { names: ['client', 'client.test'], retryMs: [1_000] } })
    const server = await lab.addServer(undefined, { script })
    await using one = await startRecorder({ host: '127.0.0.1', port: 0, target: server })
    await using other = await startRecorder({ host: '127.0.0.1', port: 0, target: server })
    lab.network.put(publicAddress, 25, one)
    await lab.check()
    await hopTo(other, { clock: lab.clock })
    const examination = await listWritten(one)
    const sender = await listWritten(other)
    expect([examination.length > 0, sender.length]).toEqual([true, 1])
    expectPolite(examination)
    for (const { plaintext, began } of sender) expect(plaintext).toMatch(bySender[began])
    // Inside TLS, where the recorder hears nothing, the server does.
    for (const { secureLines } of server.connections)
      for (const line of secureLines) expect(line).toMatch(/^(?:EHLO client(?:\.test)?|EHLO sp[0-9a-f]{16}\.invalid|QUIT)$/)
    expect(server.messages).toEqual([])
  })
})

it.each(['TLSv1.2', 'TLSv1.3'] as const)('nor by a deep examination, that tries every weakness (%s)', async (version) => {
  const identity = await authority.issue({ names: [mx], keyType: 'rsa' })
  const ciphers = 'DEFAULT:AES128-SHA:@SECLEVEL=0'
  const script = { tls: { identity, ciphers, minVersion: 'TLSv1.2', maxVersion: version } } as const
  await using lab = await startLab({ check: { names: ['client', 'client.test'], deep: true, budget: 500 } })
  const server = await lab.addServer(undefined, { script })
  await using recorder = await startRecorder({ host: '127.0.0.1', port: 0, target: server })
  lab.network.put(publicAddress, 25, recorder)
  const { hosts } = await lab.check()
  const written = await listWritten(recorder)
  expect(hosts[0]).toMatchObject({ verdict: 'valid', stopped: undefined })
  expect(written.length).toBe(lab.network.dialed.length)
  expect(written.length).toBeGreaterThan(20)
  expectPolite(written)
  expect(server.messages).toEqual([])
})

const mailScripts: [string, Partial<Script>][] = [
  ...(['mail', 'rcpt', 'rset'] as const).flatMap((moment) =>
    Object.entries(says).map(([name, say]): [string, Partial<Script>] => [`${moment}: ${name}`, { [moment]: say }]),
  ),
  ['a sender that is kept over STARTTLS', { keepState: true }],
  ['everything offered in the clear', { ehlo: offers, keepState: true }],
]

describe('with probeMail, and then alone, the null sender and postmaster are named, and no message is begun', () => {
  const mail = /^EHLO client\.test\r\nMAIL FROM:<>\r\n(?:STARTTLS\r\n)?(?:QUIT\r\n)?$/

  it.each(mailScripts)('%s', async (_, script) => {
    await using lab = await startLab({ check: { retryMs: [], probeMail: true } })
    const server = await lab.addServer(undefined, { script })
    await using recorder = await startRecorder({ host: '127.0.0.1', port: 0, target: server })
    lab.network.put(publicAddress, 25, recorder)
    await lab.check()
    const written = await listWritten(recorder)
    const trials = written.filter(({ plaintext }) => plaintext.includes('MAIL'))
    expect(trials).toHaveLength(1)
    for (const { plaintext, began } of trials) {
      expect(plaintext).toMatch(mail)
      expect(began === 'tls').toBe(plaintext.endsWith('STARTTLS\r\n'))
    }
    expectPolite(written.filter((connection) => !trials.includes(connection)))
    const inside = /^(?:EHLO client\.test|EHLO sp[0-9a-f]{16}\.invalid|RCPT TO:<postmaster@mx\.example\.test>|RSET|QUIT)$/
    for (const { secureLines } of server.connections) for (const line of secureLines) expect(line).toMatch(inside)
    expect(server.messages).toEqual([])
  })
})
