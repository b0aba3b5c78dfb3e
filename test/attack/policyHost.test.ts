/*
 * The threat: whoever wants a domain's mail in the clear has to get rid of its MTA-STS policy first. He forges DNS, holds
 * up or breaks off the fetch, answers in the policy host's place, or has the right to put a file on its web server.
 * Whatever he does, what we hold from before stays as it was and rules on. And a domain is anybody's: its policy host may
 * be a machine that never stops talking, or hardly begins, or lies in our own network, and must get neither memory nor
 * time nor a request out of us.
 */
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { describeResult, describeWarning, resolvePolicy } from '../../src/mtasts/index.ts'
import { createAuthority } from '../../src/world/index.ts'
import { dial } from '../../src/starttls/index.ts'
import {
  type PolicyHost,
  type StsLab,
  goodPolicy,
  openStsLab,
  servePolicy,
  startPolicyHost,
  startRawPolicyHost,
  stsDomain,
} from '../support/policyHost.ts'

const hour = 3_600_000
const day = 24 * hour
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n'
const weak = goodPolicy.replace('mode: enforce', 'mode: none')
/** As much as a few reads of a socket bring, whatever the server has to say. */
const bound = 1024 * 1024

/** Writes for as long as anybody reads. */
function flood(socket: Socket, text: string): void {
  const block = Buffer.from(text.repeat(Math.ceil(16_384 / text.length)), 'latin1')
  const more = (): void => {
    while (socket.writable && socket.write(block));
  }
  socket.on('drain', more)
  more()
}

const raw =
  (...parts: readonly string[]) =>
  async (): Promise<PolicyHost> =>
    startRawPolicyHost((socket) => {
      socket.once('data', () => socket.end(Buffer.from(parts.join(''), 'latin1')))
    })

const flooding = (before: string, block: string) => async (): Promise<PolicyHost> =>
  startRawPolicyHost((socket) => {
    socket.once('data', () => {
      socket.write(before)
      flood(socket, block)
    })
  })

const length = (text: string): string => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`

const hosts: Readonly<Record<string, readonly [() => Promise<PolicyHost>, string]>> = {
  'a body in chunks without end': [
    flooding(`${head}Transfer-Encoding: chunked\r\n\r\n`, '400\r\n' + 'x: y\n'.padEnd(1_024, 'z') + '\r\n'),
    'too-large',
  ],
  'a body without length and end': [flooding(`${head}\r\n`, goodPolicy), 'http'],
  'a length of a terabyte': [raw(head, 'Content-Length: 1099511627776\r\n\r\n', goodPolicy), 'too-large'],
  'a head without end': [flooding('HTTP/1.1 200 OK\r\n', 'X-Pad: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n'), 'http'],
  'a header line without end': [flooding('HTTP/1.1 200 OK\r\nX: ', 'xxxxxxxx'), 'http'],
  'a status line without end': [flooding('HTTP/1.1 200 ', 'OK OK OK '), 'http'],
  'interim answers without end': [flooding('', 'HTTP/1.1 103 Early Hints\r\n\r\n'), 'http'],
  'chunk extensions without end': [flooding(`${head}Transfer-Encoding: chunked\r\n\r\n5;`, 'x=yyyyyyyy;'), 'http'],
  'trailers without end': [flooding(`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'X: yyyyyyyyyyyyyyy\r\n'), 'http'],
  'noise instead of HTTP': [flooding('', '\0\x01\xff\r\n'), 'http'],
  'a mail server': [raw('220 mx.example.test ESMTP\r\n'), 'http'],
  'a policy without HTTP': [raw(weak), 'http'],
  'a body that breaks off': [raw(head, `Content-Length: 500\r\n\r\n${weak}`), 'http'],
  'chunks that break off': [raw(head, `Transfer-Encoding: chunked\r\n\r\n10\r\nversion: STSv1\r\n\r\n`), 'http'],
  'a body that may have been cut': [raw(head, `Connection: close\r\n\r\n${weak}`), 'http'],
  'two lengths': [raw(head, `Content-Length: 5\r\n`, length(weak)), 'http'],
  'a length and chunks': [raw(head, `Transfer-Encoding: chunked\r\n`, length(weak)), 'http'],
  'a negative length': [raw(head, `Content-Length: -1\r\n\r\n${weak}`), 'http'],
  'another protocol': [
    raw('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n', weak),
    'http-status',
  ],
  'NUL in a header': [raw('HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Type: text/plain\r\n', length(weak)), 'http'],
  'a compressed body': [raw(head, 'Content-Encoding: gzip\r\n', length(weak)), 'http'],
  'a redirect to a policy of his': [raw('HTTP/1.1 302 Found\r\nLocation: https://evil.test/\r\n', length('')), 'redirect'],
  'a redirect with words for terminals': [
    raw('HTTP/1.1 302 Found\r\nLocation: https://evil.test/\u001b[2J\r\n', length('')),
    'http',
  ],
  'a type with words for terminals': [raw('HTTP/1.1 200 OK\r\nContent-Type: \u009b2J text\r\n', length(weak)), 'content-type'],
  'an upload that is no text': [raw('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n', length(weak)), 'content-type'],
  'two types': [raw('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Type: text/plain\r\n', length(weak)), 'content-type'],
  'a page for everything': [raw(head, length(`<html>${weak}`)), 'malformed'],
  'a policy with control characters': [raw(head, length(`${weak}x: \u001b[2J\n`)), 'malformed'],
  'a policy of another version': [raw(head, length(weak.replace('STSv1', 'STSv2'))), 'malformed'],
  'a closed connection': [async () => startRawPolicyHost((socket) => socket.destroy()), 'http'],
  'a certificate of his own': [async () => startPolicyHost(servePolicy(weak), { selfSigned: true }), 'tls'],
  'a certificate of his own authority': [
    async () => startPolicyHost(servePolicy(weak), {}, { from: await createAuthority() }),
    'tls',
  ],
  'a certificate of his own domain': [async () => startPolicyHost(servePolicy(weak), { names: ['mta-sts.evil.test'] }), 'tls'],
}

/** A lab that holds the good policy, a day later, with somebody else at the policy host. */
async function holdThenFace(host: PolicyHost): Promise<{ lab: StsLab; sockets: Socket[] }> {
  await using good = await startPolicyHost(servePolicy())
  const lab = openStsLab(good)
  expect(await resolvePolicy(stsDomain, lab)).toMatchObject({ kind: 'policy', mode: 'enforce', source: 'fetched' })
  await lab.clock.sleep(day)
  const sockets: Socket[] = []
  const dialer: StsLab['dialer'] = async ({ host: name }, timeoutMs, clock) => {
    const dialed = await dial({ host: name, address: host.host, port: host.port }, timeoutMs, clock)
    if (dialed.kind === 'connected') sockets.push(dialed.socket)
    return dialed
  }
  return { lab: { ...lab, dialer }, sockets }
}

describe('case 69: an attacker in the policy host’s place', () => {
  it.each(Object.entries(hosts))('case 68: %s changes nothing that is cached', async (_, [start, kind]) => {
    await using host = await start()
    const { lab, sockets } = await holdThenFace(host)
    const before = await lab.cache.get(stsDomain)
    const began = lab.clock.now()
    const result = await resolvePolicy(stsDomain, lab)
    const basis = { kind: 'policy', mode: 'enforce', source: 'cache', policy: { mx: ['mx.example.test', '*.example.net'] } }
    expect(result).toMatchObject({ ...basis, warnings: [{ kind: 'fetch-failed', failure: { kind } }] })
    const after = await lab.cache.get(stsDomain)
    expect(after.held).toEqual(before.held)
    expect(lab.clock.now() - began).toBeLessThanOrEqual(60_000)
    expect(Math.max(...sockets.map(({ bytesRead }) => bytesRead))).toBeLessThan(bound)
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true])
    // What the peer said is bounded in memory and safe on a terminal.
    expect(JSON.stringify(after.failed).length).toBeLessThan(2_000)
    for (const warning of result.warnings) expect(describeWarning(warning, lab.clock.now())).toMatch(/^[\x20-\x7e]+$/)
    expect(describeResult(result, lab.clock.now())).toMatch(/^MTA-STS policy \(enforce\) from cache, 6 d left$/)
    // And for somebody who knew nothing of the domain, it is not "no policy".
    const fresh = openStsLab(host)
    expect(await resolvePolicy(stsDomain, fresh)).toMatchObject({ kind: 'failed', failure: { kind } })
  })

  it('case 68: what comes behind the length of the body is not read as policy, and spoils the answer', async () => {
    await using host = await raw(head, length(goodPolicy), 'mode: none\n', 'HTTP/1.1 200 OK\r\n\r\n')()
    const lab = openStsLab(host)
    expect(await resolvePolicy(stsDomain, lab)).toMatchObject({ kind: 'failed', failure: { kind: 'http' } })
  })
})

describe('case 68: an attacker with time', () => {
  const slow: Readonly<Record<string, string>> = {
    body: `${head}${length(weak.padEnd(500, '\n'))}`.slice(0, -20),
    head: `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(100)}`,
    'chunked body': `${head}Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(200)}`,
    'flow of interim answers': 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(8),
  }

  it.each(Object.entries(slow))('case 68: a %s that comes a byte at a time', async (_, text) => {
    let lab: StsLab | undefined
    await using host = await startRawPolicyHost((socket) => {
      void (async () => {
        for (const byte of text) {
          await lab?.clock.sleep(900)
          if (!socket.writable) return
          socket.write(byte)
        }
      })()
    })
    ;({ lab } = await holdThenFace(host))
    const began = lab.clock.now()
    const result = await resolvePolicy(stsDomain, lab)
    expect(result).toMatchObject({ mode: 'enforce', source: 'cache', warnings: [{ failure: { kind: 'timeout', ms: 60_000 } }] })
    expect(lab.clock.now() - began).toBe(60_000)
  })

  it('case 68: TLS that never ends', async () => {
    const { createServer } = await import('node:net')
    const server = createServer((socket) => socket.on('error', () => undefined))
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const lab = openStsLab({ host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 })
    const result = await resolvePolicy(stsDomain, lab)
    expect(result).toMatchObject({ kind: 'failed', failure: { kind: 'timeout', ms: 60_000, step: 'handshake' } })
    expect(lab.clock.elapsed).toBe(60_000)
    server.close()
  })
})

describe('case 69: an attacker in DNS', () => {
  it.each([
    ['takes the record away', undefined],
    ['lets DNS fail', 'fail'],
    ['adds a second record', { TXT: ['v=STSv1; id=1;', 'v=STSv1; id=2;'] }],
    ['spoils the record', { TXT: ['v=STSv1; id=;'] }],
    ['puts another version there', { TXT: ['v=STSv2; id=1;'] }],
    ['puts thousands there', { TXT: Array.from({ length: 3_000 }, (_, n) => `v=STSv1; id=${n};`) }],
    ['puts a giant there', { TXT: [`v=STSv1; id=${'1'.repeat(65_000)};`] }],
    ['names another id, and turns the policy host to a place of his', { TXT: ['v=STSv1; id=666;'] }],
  ] as const)('case 69: who %s gains nothing while the policy lasts', async (_, records) => {
    await using evil = await startPolicyHost(servePolicy(weak), { names: ['mta-sts.evil.test'] })
    const { lab } = await holdThenFace(evil)
    if (records === undefined) delete lab.names['_mta-sts.example.test']
    else lab.names['_mta-sts.example.test'] = records
    for (let days = 0; days < 5; days++) {
      const result = await resolvePolicy(stsDomain, lab)
      expect(result).toMatchObject({ kind: 'policy', mode: 'enforce', source: 'cache', id: '1' })
      expect(JSON.stringify(result).length).toBeLessThan(5_000)
      await lab.clock.sleep(day)
    }
    expect(evil.asked).toEqual([])
  })

  it.each(['127.0.0.1', '10.1.2.3', '192.168.0.1', '169.254.169.254', '0.0.0.0', '100.64.0.1'])(
    'case 68: a policy host at %s is not knocked at',
    async (address) => {
      const lab = openStsLab(undefined, { 'mta-sts.example.test': { A: [address] } })
      expect(await resolvePolicy(stsDomain, lab)).toMatchObject({
        kind: 'failed',
        failure: { kind: 'no-address', cause: 'private' },
      })
      expect(lab.network.dialed).toEqual([])
    },
  )

  it('case 68: of a hundred addresses a few are tried', async () => {
    const A = Array.from({ length: 100 }, (_, n) => `5.45.26.${n}`)
    const lab = openStsLab(undefined, { 'mta-sts.example.test': { A } })
    expect(await resolvePolicy(stsDomain, lab)).toMatchObject({ kind: 'failed', failure: { kind: 'connect' } })
    expect(lab.network.dialed.length).toBe(4)
  })
})
