import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { FetchFailure, FetchStep } from './failure.ts'
import { maxPolicyBytes } from './parsePolicy.ts'

/** What the policy host answered. */
export interface HttpAnswer {
  readonly body: Buffer | FetchFailure
  /** Its time by its Date and Age (RFC 9110 6.6.1, RFC 9111 5.1), milliseconds since the epoch. */
  readonly serverTime: number | undefined
}

/** 1xx answers before the answer (RFC 9110 15.2): one or two are odd, more are an attempt to hold us. */
const maxInterim = 8

/** Lines of the answer's head, in octets. */
const maxHead = 16 * 1024

/**
 * Asks for the policy over a connection inside TLS whose certificate was verified: one GET, no redirects, no cookies, no
 * proxy, no kept connection, and no HTTP cache (RFC 8461 3.3: MUST NOT be used). Never throws for what the peer does; time is the caller's, who closes the socket.
 */
export async function requestPolicy(socket: TLSSocket, host: string, onStep: (step: FetchStep) => void): Promise<HttpAnswer> {
  const { promise, resolve } = Promise.withResolvers<HttpAnswer>()
  const fail = (failure: FetchFailure, serverTime?: number): void => {
    resolve({ body: failure, serverTime })
  }
  let interim = 0
  const asked = request({
    // Given its connection, node:http uses no agent, so none that keeps connections or knows of proxies.
    createConnection: () => socket,
    method: 'GET',
    path: '/.well-known/mta-sts.txt',
    setHost: false,
    headers: { host, accept: 'text/plain', 'accept-encoding': 'identity', 'user-agent': 'mta-sts', connection: 'close' },
    maxHeaderSize: maxHead,
    insecureHTTPParser: false,
  })
  asked.on('information', () => {
    interim += 1
    if (interim > maxInterim) fail({ kind: 'http', detail: `more than ${maxInterim} interim answers` })
  })
  asked.on('error', (error) => {
    fail({ kind: 'http', detail: explain(error) })
  })
  asked.on('upgrade', () => {
    fail({ kind: 'http-status', status: 101 })
  })
  asked.on('close', () => {
    fail({ kind: 'http', detail: 'the connection closed without an answer' })
  })
  asked.on('response', (response) => {
    const serverTime = readServerTime(response.headers)
    const failure = judgeHead(response)
    if (failure) return fail(failure, serverTime)
    onStep('body')
    readBody(response, (body) => {
      resolve({ body, serverTime })
    })
  })
  asked.end()
  onStep('answer')
  const answer = await promise
  asked.destroy()
  return answer
}

function judgeHead({ statusCode = 0, headers }: IncomingMessage): FetchFailure | undefined {
  // RFC 8461 3.3: valid with 200 only, and redirects MUST NOT be followed.
  if (statusCode >= 300 && statusCode < 400)
    return { kind: 'redirect', status: statusCode, location: headers.location?.slice(0, 200) }
  if (statusCode !== 200) return { kind: 'http-status', status: statusCode }
  // RFC 8461 3.2: text/plain, so that nobody who may upload a picture or a page makes policy; parameters are ignored.
  const type = headers['content-type']
  if (type === undefined || !/^text\/plain[ \t]*(?:;|$)/i.test(type)) return { kind: 'content-type', type: type?.slice(0, 100) }
  const coding = headers['content-encoding']
  if (coding !== undefined && coding.toLowerCase() !== 'identity')
    return { kind: 'http', detail: `the body is coded as ${coding.slice(0, 50)}, which was not asked for` }
  if (Number(headers['content-length'] ?? 0) > maxPolicyBytes) return { kind: 'too-large', limit: maxPolicyBytes }
  // Whoever is on the path can end a connection: a body that only its end delimits may have been cut (RFC 9112 9.8).
  if (headers['content-length'] === undefined && !/chunked[ \t]*$/i.test(headers['transfer-encoding'] ?? ''))
    return { kind: 'http', detail: 'the answer does not say how long it is' }
  return undefined
}

function readBody(response: IncomingMessage, done: (body: Buffer | FetchFailure) => void): void {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    chunks.push(chunk)
    if (size <= maxPolicyBytes) return
    // RFC 8461 3.3: a sender may bound what it reads; nothing more is.
    done({ kind: 'too-large', limit: maxPolicyBytes })
    response.destroy()
  })
  response.on('end', () => {
    done(Buffer.concat(chunks))
  })
  const broken = (): void => {
    done({ kind: 'http', detail: `the answer broke off after ${size} octets` })
  }
  response.on('error', broken)
  response.on('close', broken)
}

const day =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** A cache in between keeps the Date, and says in Age how many seconds ago that was. */
function readServerTime({ date, age }: IncomingHttpHeaders): number | undefined {
  // RFC 9110 5.6.7: the one form that is still written.
  if (date === undefined || !day.test(date)) return undefined
  const at = Date.parse(date)
  if (Number.isNaN(at)) return undefined
  return at + (age !== undefined && /^\d{1,9}$/.test(age) ? Number(age) * 1000 : 0)
}

function explain(error: Error): string {
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('HPE_HEADER_OVERFLOW')) return `the head of the answer is longer than ${maxHead} octets`
  if (code.startsWith('HPE_')) return `the answer is not HTTP (${code})`
  return code === '' ? error.message : `${error.message} (${code})`
}
