import { randomInt } from 'node:crypto'
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import { type LookupFunction, isIP } from 'node:net'
import { getCACertificates } from 'node:tls'
import type { Keys } from '../keys.ts'
import { urlOf } from './link.ts'
import { answerSelfTest, printSelfTestToken } from './token.ts'

/** Says which server answers a self-test: one without the key cannot. */
export const selfTestHeader = 'sealpost-self-test'

export type EndpointCheck =
  | { readonly kind: 'fine' }
  /** @param step what was asked: the page, or to be let go with one click; or it was not asked, as it is not https */
  | { readonly kind: 'failed'; readonly step: 'url' | 'get' | 'post'; readonly why: string }
  /** Nothing is known of it: what kept the question from being asked lies on this side. */
  | { readonly kind: 'untested'; readonly why: string }

/** What a name stands for. */
type Addresses =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'temporary'; readonly detail: string }

export interface EndpointOptions {
  readonly keys: Keys
  /** Further authorities to trust, PEM. */
  readonly ca?: readonly string[]
  /** For each of the two requests. */
  readonly timeoutMs: number
  /** Looks the host up; otherwise the system does. */
  readonly lookup?: (host: string) => Promise<Addresses>
  /** Only for a server on this machine. */
  readonly allowHttp?: boolean
  readonly signal?: AbortSignal
}

/**
 * Follows a link of our own as a recipient's mail program would, and asks to be let go, with a token that unsubscribes
 * nobody. What is wrong is told as data, and so is that nothing could be asked.
 *
 * @param baseUrl as the links have it
 */
export async function checkEndpoint(baseUrl: string, options: EndpointOptions): Promise<EndpointCheck> {
  const url = URL.parse(baseUrl)
  if (!url || (url.protocol !== 'https:' && !(options.allowHttp && url.protocol === 'http:')))
    return { kind: 'failed', step: 'url', why: 'the links must begin with https:// (RFC 8058 3.1)' }
  const place = await locate(url, options)
  if (place.kind !== 'place') return place
  const token = printSelfTestToken(randomInt(2 ** 47), options.keys)
  const expected = answerSelfTest(token, options.keys)
  for (const step of ['get', 'post'] as const) {
    const answer = await ask(new URL(urlOf(baseUrl, token)), step, place.lookup, options)
    if ('error' in answer && answer.ours) return { kind: 'untested', why: answer.error }
    const why = judge(answer, expected)
    if (why !== undefined) return { kind: 'failed', step, why }
  }
  return { kind: 'fine' }
}

type Place = { readonly kind: 'place'; readonly lookup: LookupFunction | undefined }

async function locate(url: URL, { lookup }: EndpointOptions): Promise<Place | EndpointCheck> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!lookup || isIP(host) !== 0) return { kind: 'place', lookup: undefined }
  const found = await lookup(host)
  if (found.kind === 'temporary') return { kind: 'untested', why: `the DNS gives no answer about ${host}: ${found.detail}` }
  if (found.kind === 'none') return { kind: 'failed', step: 'get', why: `${host} has no address` }
  const all = found.addresses.map((address) => ({ address, family: isIP(address) }))
  const [first] = all
  return {
    kind: 'place',
    lookup: (_host, options, done) => {
      if (options.all) done(null, all)
      else done(null, first?.address ?? '', first?.family)
    },
  }
}

type Answer =
  | { readonly status: number; readonly proof: string | undefined }
  /** @param ours the question did not leave this machine, or the system could not look the name up */
  | { readonly error: string; readonly ours: boolean }

const ours = ['EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN', 'EACCES', 'EPERM', 'EMFILE']

function judge(answer: Answer, expected: string): string | undefined {
  if ('error' in answer) return answer.error
  // RFC 8058 3.2: the receiver follows no redirect.
  if (answer.status >= 300 && answer.status < 400) return `it redirects (${answer.status}), which mail programs do not follow`
  if (answer.status !== 200) return `it answers ${answer.status} instead of 200`
  return answer.proof === expected ? undefined : 'another program answers there, or one with another key or data folder'
}

async function ask(
  url: URL,
  step: 'get' | 'post',
  lookup: Place['lookup'],
  { ca, timeoutMs, signal }: EndpointOptions,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const limit = AbortSignal.timeout(timeoutMs)
  const options = {
    method: step.toUpperCase(),
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    agent: false,
    ...(lookup ? { lookup } : {}),
    ...(step === 'post' ? { headers: { 'content-type': 'application/x-www-form-urlencoded' } } : {}),
  }
  const request = url.protocol === 'https:' ? secure(url, { ...options, ...trusting(ca) }) : plain(url, options)
  request.once('response', (response) => {
    const proof = response.headers[selfTestHeader]
    resolve({ status: response.statusCode ?? 0, proof: typeof proof === 'string' ? proof : undefined })
    // The head says it all; the page is not read.
    response.destroy()
  })
  request.on('error', (error) => {
    const code = 'code' in error ? String(error.code) : undefined
    const said = `${code === undefined ? '' : `${code}: `}${error.message}`
    if (limit.aborted) resolve({ error: `no answer within ${timeoutMs / 1000} s`, ours: false })
    else resolve({ error: said, ours: signal?.aborted === true || (code !== undefined && ours.includes(code)) })
  })
  request.end(step === 'post' ? 'List-Unsubscribe=One-Click' : undefined)
  return promise
}

function trusting(ca: readonly string[] | undefined) {
  return ca === undefined || ca.length === 0 ? {} : { ca: [...getCACertificates('default'), ...ca] }
}
