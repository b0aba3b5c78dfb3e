import { type IncomingMessage, request as requestInClear } from 'node:http'
import { Agent, request as requestOverTls } from 'node:https'
import type { SecureContext } from 'node:tls'
import { SealpostError } from '../../errors.ts'
import { Trust } from '../../tls/index.ts'
import { type ApiRequest, printTarget } from './request.ts'

/** Where an API is. */
export interface Endpoint {
  /** `https://host`, or `http://` to a loopback address, which only tests have. */
  readonly base: string
  /** Authorities to trust beside the system's, PEM. */
  readonly ca?: readonly string[]
}

export interface CallLimits {
  /** For the whole call, from the look-up of the name to the last octet, in milliseconds. */
  readonly timeoutMs: number
  /** Octets of the answer's body. */
  readonly maxBytes: number
}

export const usualLimits: CallLimits = { timeoutMs: 15_000, maxBytes: 64 * 1024 }

export interface HttpAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly body: Uint8Array
  /** The header field x-amzn-ErrorType, by which AWS names what was wrong. */
  readonly errorType: string
  /** Seconds, from Retry-After where it has a number (RFC 9110 10.2.3). */
  readonly retryAfter: number | undefined
}

export interface CallFailure {
  readonly kind: 'failed'
  readonly cause: 'unreachable' | 'untrusted' | 'timeout' | 'too-large'
  /** Node's code, such as ECONNREFUSED. */
  readonly code: string
}

interface Target {
  readonly secure: boolean
  /** As the Host field has it. */
  readonly host: string
  readonly name: string
  readonly port: number
}

const loopback = /^(?:127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Takes an endpoint apart.
 *
 * @throws SealpostError SP_USAGE where a key would travel in plaintext, or anything but a host is named
 */
export function readEndpoint({ base }: Endpoint): Target {
  const url = URL.canParse(base) ? new URL(base) : undefined
  const secure = url?.protocol === 'https:'
  if (!url || (!secure && !(url.protocol === 'http:' && loopback.test(url.hostname))) || url.href !== `${url.origin}/`)
    throw new SealpostError('SP_USAGE', { where: base, what: 'An API is spoken to over https only' })
  const name = url.hostname.replace(/^\[|\]$/g, '')
  return { secure, host: url.host, name, port: url.port === '' ? (secure ? 443 : 80) : Number(url.port) }
}

/**
 * One call, bounded in time and size. Redirects are answers like any other: the key goes to the host that was meant, and
 * to no other. The certificate is checked whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED).
 */
export async function callApi(
  endpoint: Endpoint,
  request: ApiRequest,
  headers: Readonly<Record<string, string>>,
  limits: CallLimits,
): Promise<HttpAnswer | CallFailure> {
  const { secure, host, name, port } = readEndpoint(endpoint)
  const signal = AbortSignal.timeout(limits.timeoutMs)
  const options = {
    host: name,
    port,
    method: request.method,
    path: printTarget(request),
    signal,
    headers: {
      host,
      accept: 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'sealpost',
      ...(request.body
        ? { 'content-type': request.body.type, 'content-length': String(Buffer.byteLength(request.body.text)) }
        : {}),
      ...headers,
    },
  } as const
  const { promise, resolve } = Promise.withResolvers<HttpAnswer | CallFailure>()
  const fail = (error: unknown): void => {
    resolve(signal.aborted ? { kind: 'failed', cause: 'timeout', code: 'ETIMEDOUT' } : readFailure(error))
  }
  const take = (answer: IncomingMessage): void => {
    const pieces: Buffer[] = []
    let size = 0
    answer.on('error', fail)
    answer.on('data', (piece: Buffer) => {
      size += piece.length
      if (size > limits.maxBytes) {
        resolve({ kind: 'failed', cause: 'too-large', code: '' })
        answer.destroy()
      } else pieces.push(piece)
    })
    answer.on('end', () => {
      resolve({ kind: 'answer', body: Buffer.concat(pieces), ...readHead(answer) })
    })
  }
  const call = secure
    ? requestOverTls({ ...options, agent: createAgent(endpoint) }, take)
    : requestInClear({ ...options, agent: false }, take)
  call.on('error', fail)
  // An answer that ends in nothing (101 to a question nobody asked) is told by this alone.
  call.on('close', fail)
  call.end(request.body?.text)
  const answer = await promise
  call.destroy()
  return answer
}

const contexts = new WeakMap<Endpoint, SecureContext>()

/** One connection a call. The context is kept as long as the endpoint: it is costly to make, see `Trust`. */
function createAgent(endpoint: Endpoint): Agent {
  const secureContext = contexts.get(endpoint) ?? new Trust(endpoint.ca ?? []).context('TLSv1.2')
  contexts.set(endpoint, secureContext)
  return new Agent({ keepAlive: false, rejectUnauthorized: true, secureContext })
}

function readHead(answer: IncomingMessage): Pick<HttpAnswer, 'status' | 'errorType' | 'retryAfter'> {
  const errorType = answer.headers['x-amzn-errortype']
  const retry = answer.headers['retry-after'] ?? ''
  return {
    status: answer.statusCode ?? 0,
    // What stands after a colon is an address.
    errorType: typeof errorType === 'string' ? (errorType.split(':')[0] ?? '').slice(0, 100) : '',
    retryAfter: /^\d{1,6}$/.test(retry) ? Number(retry) : undefined,
  }
}

function readFailure(error: unknown): CallFailure {
  const given = error instanceof Error && 'code' in error ? String(error.code) : ''
  const code = /^[A-Z0-9_]{1,60}$/.test(given) ? given : 'unknown'
  // OpenSSL's names for what is wrong with a chain, and Node's for a name that does not fit.
  const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME|CRL|HOSTNAME_MISMATCH/.test(code)
  return { kind: 'failed', cause: untrusted ? 'untrusted' : 'unreachable', code }
}
