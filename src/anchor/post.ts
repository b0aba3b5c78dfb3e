import { type IncomingMessage, request as requestInClear } from 'node:http'
import { Agent, request as requestOverTls } from 'node:https'
import { type LookupFunction, isIP } from 'node:net'
import { SealpostError } from '../errors.ts'
import { type Resolver, lookupNamedHost } from '../dns/index.ts'
import type { Trust } from '../tls/index.ts'

export interface PostTerms {
  readonly trust: Trust
  readonly resolver: Resolver
  /** For all of it, in milliseconds. */
  readonly timeoutMs: number
}

export interface PostQuestion {
  readonly body: Uint8Array | string
  /** The media type of the body, and of the answer where one is asked for. */
  readonly type: string
  readonly accept?: string
  /** Octets of the answer's body. */
  readonly maxOctets: number
}

export type PostAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly type: string; readonly body: Buffer }
  /** @param trusted false where somebody answered who could not show that he is the host that was meant */
  | { readonly kind: 'failed'; readonly trusted: boolean; readonly why: string }

const loopback = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/

/**
 * The address of a service.
 *
 * @param clear `anywhere` for what is signed by itself; else plain HTTP goes to this machine alone
 * @throws SealpostError SP_USAGE
 */
export function readServiceUrl(text: string, clear: 'anywhere' | 'here'): URL {
  const url = URL.parse(text)
  const plain = url?.protocol === 'http:' && (clear === 'anywhere' || loopback.test(url.hostname))
  if (url && (url.protocol === 'https:' || plain) && url.username === '' && url.password === '' && url.hash === '') return url
  throw new SealpostError('SP_USAGE', {
    where: text,
    what: `It is no address of a service${clear === 'here' ? ' over https' : ''}`,
  })
}

/**
 * One POST, bounded in time and size. Redirects are answers like any other. The certificate is checked whatever the
 * environment says (NODE_TLS_REJECT_UNAUTHORIZED). What the other side does is data.
 */
export async function post(url: URL, { body, type, accept, maxOctets }: PostQuestion, terms: PostTerms): Promise<PostAnswer> {
  const signal = AbortSignal.timeout(terms.timeoutMs)
  const { promise, resolve } = Promise.withResolvers<PostAnswer>()
  const fail = (error: unknown): void => {
    resolve(signal.aborted ? failed(`no answer within ${terms.timeoutMs / 1000} s`) : explain(error))
  }
  const lookup = await locate(url, terms.resolver)
  if (typeof lookup === 'string') return failed(lookup)
  const options = {
    method: 'POST',
    signal,
    lookup,
    maxHeaderSize: 16 * 1024,
    headers: {
      'content-type': type,
      'content-length': String(Buffer.byteLength(body)),
      ...(accept === undefined ? {} : { accept }),
      'accept-encoding': 'identity',
      'user-agent': 'sealpost',
    },
  } as const
  const take = (answer: IncomingMessage): void => {
    const pieces: Buffer[] = []
    let size = 0
    answer.on('error', fail)
    answer.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > maxOctets) {
        resolve(failed(`the answer is longer than ${maxOctets} octets`))
        answer.destroy()
      } else pieces.push(piece)
    })
    answer.on('end', () => {
      const contentType = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
      resolve({ kind: 'answer', status: answer.statusCode ?? 0, type: contentType, body: Buffer.concat(pieces) })
    })
  }
  const call =
    url.protocol === 'https:'
      ? requestOverTls(url, { ...options, agent: createAgent(terms.trust) }, take)
      : requestInClear(url, { ...options, agent: false }, take)
  call.on('error', fail)
  // An answer that ends in nothing (101 to a question nobody asked) is told by this alone.
  call.on('close', fail)
  call.end(body)
  const answer = await promise
  call.destroy()
  return answer
}

function createAgent(trust: Trust): Agent {
  return new Agent({ keepAlive: false, rejectUnauthorized: true, secureContext: trust.context('TLSv1.2') })
}

/** Names are looked up as the settings have it. Why not, where that fails. */
async function locate(url: URL, resolver: Resolver): Promise<LookupFunction | string> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const found = await lookupNamedHost(resolver, host)
  if (found.kind === 'temporary') return `the DNS gives no answer about ${host}: ${found.detail}`
  if (found.kind === 'none') return `${host} has no address`
  const all = found.addresses.map((address) => ({ address, family: isIP(address) }))
  return (_host, options, done) => {
    if (options.all) done(null, all)
    else done(null, all[0]?.address ?? '', all[0]?.family)
  }
}

function failed(why: string, trusted = true): PostAnswer {
  return { kind: 'failed', trusted, why }
}

function explain(error: unknown): PostAnswer {
  const given = error instanceof Error && 'code' in error ? String(error.code) : ''
  const code = /^[A-Z0-9_]{1,60}$/.test(given) ? given : 'the connection closed without an answer'
  // OpenSSL's names for what is wrong with a chain, and Node's for a name that does not fit.
  const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|CRL|HOSTNAME_MISMATCH/.test(code)
  return failed(untrusted ? `the server's certificate is not to be trusted (${code})` : code, !untrusted)
}
