/**
 * Who sits between us and the API, or owns the name it is reached by, wants the key, or to keep us busy for ever: with a
 * redirect, a certificate of their own, a body without end, or one that drips.
 */
import { type Server, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type EspApi, type Serve, startEspApi } from '../../../test/support/espApi.ts'
import { createAuthority } from '../../world/index.ts'
import { callApi, readEndpoint } from './call.ts'
import { switchProviders } from './find.ts'

const limits = { timeoutMs: 5_000, maxBytes: 64 * 1024 }
const request = { method: 'GET', path: '/' } as const
const headers = { authorization: 'Bearer secret' }

let api: EspApi | undefined
afterEach(async () => {
  await api?.[Symbol.asyncDispose]()
  api = undefined
})

async function ask(serve: Serve, timeoutMs = limits.timeoutMs) {
  api = await startEspApi(serve)
  return callApi({ base: api.base }, request, headers, { ...limits, timeoutMs })
}

describe('an endpoint', () => {
  it.each([
    'http://api.example.org',
    'http://127.0.0.1.example.org',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'https://api.example.org/v3',
    'https://user@api.example.org',
    'nonsense',
  ])('%s is spoken to by nobody with a key', (base) => {
    expect(() => readEndpoint({ base })).toThrow(/https only/)
  })

  it.each(['https://api.example.org', 'http://127.0.0.1:8080', 'http://[::1]:8080'])('%s is', (base) => {
    expect(readEndpoint({ base }).host).toBe(new URL(base).host)
  })
})

describe('where each API is', () => {
  it.each([
    ['amazon-ses', 'eu-west-1', 'email.eu-west-1.amazonaws.com'],
    ['amazon-ses', 'us-gov-west-1', 'email.us-gov-west-1.amazonaws.com'],
    ['mailgun', 'us', 'api.mailgun.net'],
    ['mailgun', 'eu', 'api.eu.mailgun.net'],
    ['sendgrid', 'global', 'api.sendgrid.com'],
    ['sendgrid', 'eu', 'api.eu.sendgrid.com'],
    ['resend', 'global', 'api.resend.com'],
  ])('%s, %s: %s, over TLS', (id, region, host) => {
    const provider = switchProviders.find((known) => known.id === id)
    expect(provider?.regions.known(region)).toBe(true)
    expect(readEndpoint({ base: provider?.baseUrl(region) ?? '' })).toEqual({ secure: true, host, name: host, port: 443 })
  })
})

describe('an answer', () => {
  it('is taken as it is', async () => {
    const answer = await ask(() => ({ status: 429, json: { a: 1 }, headers: { 'retry-after': '30' } }))
    expect(answer).toMatchObject({ kind: 'answer', status: 429, retryAfter: 30 })
    expect(answer.kind === 'answer' && Buffer.from(answer.body).toString()).toBe('{"a":1}')
  })

  it('that sends elsewhere is not followed', async () => {
    const thief = await startEspApi(() => ({ status: 200, json: {} }))
    const answer = await ask(() => ({ status: 302, headers: { location: `${thief.base}/` } }))
    expect(answer).toMatchObject({ kind: 'answer', status: 302 })
    expect(thief.calls).toEqual([])
    await thief[Symbol.asyncDispose]()
  })

  it('without end is cut off', async () => {
    const answer = await ask((_, response) => {
      response.writeHead(200)
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
        response.once('drain', pour)
      }
      pour()
      return undefined
    })
    expect(answer).toMatchObject({ kind: 'failed', cause: 'too-large' })
  })

  it('of just the limit is not', async () => {
    const answer = await ask((_, response) => {
      response.end('x'.repeat(limits.maxBytes))
      return undefined
    })
    expect(answer).toMatchObject({ kind: 'answer', status: 200 })
  })

  it('that drips is not waited for', async () => {
    const answer = await ask((_, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
      return undefined
    }, 200)
    expect(answer).toMatchObject({ kind: 'failed', cause: 'timeout' })
  })

  it('that never comes is not waited for', async () => {
    expect(await ask(() => undefined, 200)).toMatchObject({ kind: 'failed', cause: 'timeout' })
  })

  it('that breaks off is none', async () => {
    const answer = await ask((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"require_tls":true', () => response.destroy())
      return undefined
    })
    expect(answer).toMatchObject({ kind: 'failed', cause: 'unreachable' })
  })

  it.each([
    ['a header without end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(20_000)}`],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\n{}{}'],
    ['mail', '220 mx.example ESMTP\r\n'],
  ])('of %s is none', async (_, text) => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.resume()
      socket.write(text)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await callApi({ base: `http://127.0.0.1:${port}` }, request, headers, limits)).toMatchObject({ kind: 'failed' })
    await new Promise((resolve) => server.close(resolve))
  })

  it('of nobody is none', async () => {
    const gone = await startEspApi(() => undefined)
    await gone[Symbol.asyncDispose]()
    expect(await callApi({ base: gone.base }, request, headers, limits)).toEqual({
      kind: 'failed',
      cause: 'unreachable',
      code: 'ECONNREFUSED',
    })
  })
})

describe('over TLS', () => {
  it('a certificate of an authority that is trusted is taken', async () => {
    const authority = await createAuthority()
    api = await startEspApi(() => ({ status: 200, json: {} }), await authority.issue({ names: ['127.0.0.1'] }))
    expect(await callApi({ base: api.base, ca: [authority.pem] }, request, headers, limits)).toMatchObject({ status: 200 })
  })

  it.each([
    ['of an authority nobody trusts', ['127.0.0.1'], false],
    ['for another name', ['api.example.org'], true],
  ])('the key is not sent where the certificate is %s, whatever the environment says', async (_, names, trusted) => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    try {
      const authority = await createAuthority()
      api = await startEspApi(() => ({ status: 200, json: {} }), await authority.issue({ names }))
      const answer = await callApi({ base: api.base, ca: trusted ? [authority.pem] : [] }, request, headers, limits)
      expect(answer).toMatchObject({ kind: 'failed', cause: 'untrusted' })
      expect(api.calls).toEqual([])
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
    }
  })
})
