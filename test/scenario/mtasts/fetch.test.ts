import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { describeFailure, fetchPolicy } from '../../../src/mtasts/index.ts'
import { createAuthority } from '../../../src/world/index.ts'
import { findClosedPlace, publicAddress } from '../../support/network.ts'
import {
  type StsLab,
  goodPolicy,
  openStsLab,
  servePolicy,
  startPolicyHost,
  startRawPolicyHost,
  stsDomain,
} from '../../support/policyHost.ts'

const day = 86_400_000

async function failureOf(lab: StsLab) {
  const fetched = await fetchPolicy(stsDomain, lab)
  if (fetched.kind !== 'failed') throw new Error('a policy was fetched')
  expect(describeFailure(fetched.failure)).toMatch(/^[\x20-\x7e]{20,}$/)
  return fetched.failure
}

describe('what is a policy', () => {
  it('case 67: one that is served well', async () => {
    await using host = await startPolicyHost(servePolicy(goodPolicy))
    const lab = openStsLab(host)
    const fetched = await fetchPolicy(stsDomain, lab)
    expect(fetched).toMatchObject({
      kind: 'fetched',
      policy: { mode: 'enforce', maxAge: 604_800, mx: ['mx.example.test', '*.example.net'], extensions: [] },
      warnings: [],
      text: goodPolicy,
    })
    expect(host.asked).toEqual(['GET /.well-known/mta-sts.txt'])
    expect(lab.network.dialed).toEqual([{ host: 'mta-sts.example.test', address: publicAddress, port: 443 }])
  })

  it('the request has a host, and nothing that tells of us', async () => {
    let headers: unknown
    await using host = await startPolicyHost((request, response) => {
      headers = request.headers
      servePolicy()(request, response)
    })
    expect(await fetchPolicy(stsDomain, openStsLab(host))).toMatchObject({ kind: 'fetched' })
    expect(headers).toEqual({
      host: 'mta-sts.example.test',
      accept: 'text/plain',
      'accept-encoding': 'identity',
      'user-agent': 'mta-sts',
      connection: 'close',
    })
  })

  it.each(['text/plain; charset=utf-8', 'Text/Plain', 'text/plain ;charset="x"'])('case 68: served as %s', async (type) => {
    await using host = await startPolicyHost(servePolicy(goodPolicy, { 'content-type': type }))
    expect(await fetchPolicy(stsDomain, openStsLab(host))).toMatchObject({ kind: 'fetched' })
  })

  it('in chunks, by TLS 1.2, from a host that is named by a wildcard', async () => {
    await using host = await startPolicyHost(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/plain' })
        for (const line of goodPolicy.split(/(?<=\n)/)) response.write(line)
        response.end()
      },
      { names: ['*.example.test'] },
      { maxVersion: 'TLSv1.2' },
    )
    expect(await fetchPolicy(stsDomain, openStsLab(host))).toMatchObject({ kind: 'fetched', text: goodPolicy })
  })

  it('of exactly 64 KiB', async () => {
    const text = goodPolicy + 'x: y\n'.repeat(20_000)
    await using host = await startPolicyHost(
      servePolicy(
        text
          .slice(0, 65_533)
          .replace(/[^\n]*$/, '')
          .padEnd(65_534, 'x') + ':z',
      ),
    )
    expect(await fetchPolicy(stsDomain, openStsLab(host))).toMatchObject({ kind: 'fetched' })
  })

  it('the second address is tried where nobody is at the first', async () => {
    await using host = await startPolicyHost(servePolicy())
    const lab = openStsLab(host, { 'mta-sts.example.test': { A: ['5.45.25.99', publicAddress] } })
    expect(await fetchPolicy(stsDomain, lab)).toMatchObject({ kind: 'fetched' })
    expect(lab.network.dialed.map(({ address }) => address)).toEqual(['5.45.25.99', publicAddress])
  })

  it('case 51: the time that the host has is given back, by Date and Age', async () => {
    const at = Date.parse('Tue, 24 Nov 2026 10:00:00 GMT')
    await using host = await startPolicyHost(servePolicy(goodPolicy, { date: 'Tue, 24 Nov 2026 09:59:00 GMT', age: '60' }))
    expect(await fetchPolicy(stsDomain, openStsLab(host))).toMatchObject({ kind: 'fetched', serverTime: at })
    await using odd = await startPolicyHost(servePolicy(goodPolicy, { date: 'yesterday' }))
    expect(await fetchPolicy(stsDomain, openStsLab(odd))).toMatchObject({ kind: 'fetched', serverTime: undefined })
    await using gone = await startPolicyHost((_, response) =>
      response.writeHead(404, { date: 'Tue, 24 Nov 2026 10:00:00 GMT' }).end(),
    )
    expect(await fetchPolicy(stsDomain, openStsLab(gone))).toMatchObject({ kind: 'failed', serverTime: at })
  })
})

describe('case 68: what the host answers instead', () => {
  it.each([201, 204, 206, 400, 404, 500, 503])('case 68: %i', async (status) => {
    await using host = await startPolicyHost((_, response) => {
      response.writeHead(status, { 'content-type': 'text/plain' })
      response.end(status === 204 ? undefined : goodPolicy)
    })
    expect(await failureOf(openStsLab(host))).toEqual({ kind: 'http-status', status })
  })

  it.each([300, 301, 302, 303, 304, 307, 308])('case 68: a redirect with %i is not followed', async (status) => {
    await using target = await startPolicyHost(servePolicy())
    await using host = await startPolicyHost((_, response) => {
      response.writeHead(status, { location: `https://mta-sts.example.test/other.txt`, 'content-type': 'text/plain' })
      response.end()
    })
    const lab = openStsLab()
    lab.put(host, target)
    const location = 'https://mta-sts.example.test/other.txt'
    expect(await failureOf(lab)).toEqual({ kind: 'redirect', status, location })
    expect([host.asked.length, target.asked.length, lab.network.dialed.length]).toEqual([1, 0, 1])
  })

  it.each(['text/html', 'application/octet-stream', 'text/plainer', 'text/x-plain', 'image/png', ''])(
    'case 68: the type %j',
    async (type) => {
      await using host = await startPolicyHost(servePolicy(goodPolicy, { 'content-type': type }))
      expect(await failureOf(openStsLab(host))).toMatchObject({ kind: 'content-type', type })
    },
  )

  it('case 68: no type at all', async () => {
    await using host = await startPolicyHost((_, response) => response.end(goodPolicy))
    expect(await failureOf(openStsLab(host))).toEqual({ kind: 'content-type', type: undefined })
  })

  it('case 68: HTML that calls itself plain text', async () => {
    await using host = await startPolicyHost(servePolicy('<!DOCTYPE html>\n<title>Not found</title>\n'))
    expect(await failureOf(openStsLab(host))).toEqual({ kind: 'malformed', errors: [{ kind: 'html' }] })
  })

  it.each(['content-length', 'chunks'])('case 68: more than 64 KiB, told by %s', async (how) => {
    await using host = await startPolicyHost((_, response) => {
      const length = how === 'chunks' ? {} : { 'content-length': 65_537 }
      response.writeHead(200, { 'content-type': 'text/plain', ...length })
      response.end(goodPolicy.padEnd(65_537, '\n'))
    })
    expect(await failureOf(openStsLab(host))).toEqual({ kind: 'too-large', limit: 65_536 })
  })

  it('case 68: a body that is compressed', async () => {
    await using host = await startPolicyHost(servePolicy(goodPolicy, { 'content-encoding': 'gzip' }))
    expect(await failureOf(openStsLab(host))).toMatchObject({ kind: 'http', detail: expect.stringContaining('gzip') })
  })
})

describe('case 68: TLS', () => {
  it.each([
    ['of another name', { names: ['example.test', 'www.example.test'] }, ['name-mismatch']],
    ['with the name as common name only', { names: [], commonName: 'mta-sts.example.test' }, ['name-mismatch']],
    ['with a wildcard for two labels', { names: ['*.test'] }, ['name-mismatch']],
    ['that has expired', { notAfter: new Date(Date.now() - day) }, ['expired']],
    ['that is not yet valid', { notBefore: new Date(Date.now() + day) }, ['not-yet-valid']],
    ['that is self-signed', { selfSigned: true }, ['self-signed']],
  ] as const)('case 68: a certificate %s', async (_, certificate, problems) => {
    await using host = await startPolicyHost(servePolicy(), certificate)
    expect(await failureOf(openStsLab(host))).toMatchObject({ kind: 'tls', reason: problems[0], problems })
    // Nothing was asked of somebody who is not known.
    expect(host.asked).toEqual([])
  })

  it('case 68: a certificate of an authority that nobody knows', async () => {
    await using host = await startPolicyHost(servePolicy(), {}, { from: await createAuthority('Somebody') })
    expect(await failureOf(openStsLab(host))).toMatchObject({ kind: 'tls', reason: 'untrusted' })
  })

  it('case 68: nothing newer than TLS 1.1', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
    await using host = await startPolicyHost(servePolicy(), {}, old)
    expect(await failureOf(openStsLab(host))).toMatchObject({ kind: 'tls', reason: 'version', problems: [] })
  })

  it('case 68: no TLS, but HTTP in the clear', async () => {
    const { createServer } = await import('node:http')
    const server = createServer(servePolicy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const lab = openStsLab({ host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0 })
    expect(await failureOf(lab)).toMatchObject({ kind: 'tls', reason: 'not-tls' })
    server.close()
  })
})

describe('case 68: no answer', () => {
  it('case 68: connection refused', async () => {
    const lab = openStsLab(await findClosedPlace())
    expect(await failureOf(lab)).toEqual({ kind: 'connect', cause: 'refused', detail: 'ECONNREFUSED' })
  })

  it.each([
    ['DNS that fails', 'fail', { kind: 'dns', detail: 'the DNS server says SERVFAIL' }],
    ['a name without addresses', {}, { kind: 'no-address', cause: 'nodata' }],
    ['private addresses only', { A: ['127.0.0.1', '10.0.0.1', '169.254.169.254'] }, { kind: 'no-address', cause: 'private' }],
  ] as const)('case 68: %s', async (_, records, failure) => {
    const lab = openStsLab(undefined, { 'mta-sts.example.test': records })
    expect(await failureOf(lab)).toEqual(failure)
    expect(lab.network.dialed).toEqual([])
  })

  it('case 68: a policy host that does not exist', async () => {
    const lab = openStsLab()
    delete lab.names['mta-sts.example.test']
    expect(await failureOf(lab)).toEqual({ kind: 'no-address', cause: 'nxdomain' })
  })

  it('a domain so long that there is no name for its policy host', async () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.test`
    const fetched = await fetchPolicy(long, openStsLab())
    expect(fetched).toMatchObject({ kind: 'failed', failure: { kind: 'no-address', cause: 'no-name' } })
  })

  it('private addresses are dialled where that is allowed', async () => {
    await using host = await startPolicyHost(servePolicy())
    const lab = openStsLab(undefined, { 'mta-sts.example.test': { A: ['127.0.0.1'] } })
    lab.network.put('127.0.0.1', 8443, host)
    const fetched = await fetchPolicy(stsDomain, { ...lab, allowPrivateAddresses: true, port: 8443 })
    expect(fetched).toMatchObject({ kind: 'fetched' })
  })

  it('case 68: DNS that never answers takes no longer than all of it may', async () => {
    const lab = openStsLab()
    const resolver = { query: async () => new Promise<never>(() => undefined) }
    const failure = await failureOf({ ...lab, resolver })
    expect(failure).toEqual({ kind: 'timeout', ms: 60_000, step: 'addresses' })
    expect(lab.clock.elapsed).toBe(60_000)
  })

  it('case 68: silence after the handshake', async () => {
    await using host = await startRawPolicyHost(() => undefined)
    const lab = openStsLab(host)
    expect(await failureOf(lab)).toEqual({ kind: 'timeout', ms: 60_000, step: 'answer' })
    expect(lab.clock.elapsed).toBe(60_000)
  })

  it('the time is one that can be set', async () => {
    await using host = await startRawPolicyHost(() => undefined)
    const lab = openStsLab(host)
    expect(await failureOf({ ...lab, timeoutMs: 5_000 })).toMatchObject({ kind: 'timeout', ms: 5_000 })
    expect(lab.clock.elapsed).toBe(5_000)
  })
})
