import type { Socket } from 'node:net'
import type { Clock } from '../clock.ts'
import { type Resolver, isSpecialAddress, lookupAddresses } from '../dns/index.ts'
import { type HandshakeFailure, type Trust, handshake, verifyCertificate } from '../tls/index.ts'
import type { FetchFailure, FetchStep } from './failure.ts'
import { requestPolicy } from './http.ts'
import { parsePolicy } from './parsePolicy.ts'
import type { PolicyWarning, StsPolicy } from './policy.ts'

/** Opens TCP connections; `dial` of the STARTTLS room is one. */
export type PolicyDialer = (
  endpoint: { readonly host: string; readonly address: string; readonly port: number },
  timeoutMs: number,
  clock: Clock,
) => Promise<
  | { readonly kind: 'connected'; readonly socket: Socket }
  | { readonly kind: 'unreachable'; readonly cause: string; readonly detail: string }
>

export interface FetchOptions {
  readonly resolver: Resolver
  readonly trust: Trust
  readonly clock: Clock
  readonly dialer: PolicyDialer
  /** Whether a policy host may lie in a private network; somebody else's DNS names it. */
  readonly allowPrivateAddresses: boolean
  /** Milliseconds for all of it; a minute unless given (RFC 8461 3.3). */
  readonly timeoutMs?: number
  /** 443 unless given. */
  readonly port?: number
}

/** Times by both clocks, so that it shows when ours is wrong (a certificate then seems expired that is not). */
interface Times {
  /** By our clock, milliseconds since the epoch. */
  readonly at: number
  /** By the policy host's; undefined where it did not say. */
  readonly serverTime: number | undefined
}

export type Fetched =
  | (Times & {
      readonly kind: 'fetched'
      readonly policy: StsPolicy
      readonly warnings: readonly PolicyWarning[]
      /** As it came, for a cache to keep. */
      readonly text: string
    })
  | (Times & { readonly kind: 'failed'; readonly failure: FetchFailure })

const minute = 60_000

/** Addresses that are tried, and milliseconds for each to answer. */
const maxAddresses = 4
const connectMs = 10_000

/**
 * Fetches `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` (RFC 8461 3.3). What fails is data, and named.
 *
 * @param domain in A-labels
 */
export async function fetchPolicy(domain: string, options: FetchOptions): Promise<Fetched> {
  const { clock, timeoutMs = minute } = options
  const connection = new Connection()
  const end = clock.now() + timeoutMs
  const { promise: timeout, resolve } = Promise.withResolvers<Outcome>()
  const stop = clock.timer(timeoutMs, () => {
    resolve({ body: { kind: 'timeout', ms: timeoutMs, step: connection.step }, serverTime: undefined })
  })
  try {
    const { body, serverTime } = await Promise.race([attempt(`mta-sts.${domain}`, options, connection, end), timeout])
    const times = { at: clock.now(), serverTime }
    if (!Buffer.isBuffer(body)) return { kind: 'failed', failure: body, ...times }
    const parsed = parsePolicy(body)
    if (parsed.kind === 'malformed') return { kind: 'failed', failure: { kind: 'malformed', errors: parsed.errors }, ...times }
    return { kind: 'fetched', policy: parsed.policy, warnings: parsed.warnings, text: body.toString('utf8'), ...times }
  } finally {
    stop()
    connection.close()
  }
}

/** The one connection of a fetch and where it stands. */
class Connection {
  step: FetchStep = 'addresses'
  #socket: Socket | undefined
  #closed = false

  /**
   * What is to be closed in the end: the TLSSocket, which takes with it what it runs over. The connection beneath must
   * not be destroyed by itself: where that happens while TLS hands over what it read, Node 24.21 reads on in freed memory.
   */
  hold(socket: Socket): void {
    this.#socket = socket
    // What comes when the time is over is of no use to anybody.
    if (this.#closed) socket.destroy()
  }

  close(): void {
    this.#closed = true
    this.#socket?.destroy()
  }
}

interface Outcome {
  readonly body: Buffer | FetchFailure
  readonly serverTime: number | undefined
}

async function attempt(host: string, options: FetchOptions, connection: Connection, end: number): Promise<Outcome> {
  const { trust, clock, port = 443, timeoutMs = minute } = options
  const fail = (failure: FetchFailure): Outcome => ({ body: failure, serverTime: undefined })
  const found = await findAddresses(host, options)
  if (!Array.isArray(found)) return fail(found)
  connection.step = 'connection'
  const dialed = await dialFirst(host, found, options, end)
  if (dialed.kind === 'unreachable') return fail({ kind: 'connect', cause: dialed.cause, detail: dialed.detail })
  connection.step = 'handshake'
  const left = end - clock.now()
  if (left <= 0) {
    dialed.socket.destroy()
    return fail({ kind: 'timeout', ms: timeoutMs, step: 'connection' })
  }
  // RFC 8461 3.3: SNI is sent, TLS 1.2 or better, and nothing is written before the certificate is verified.
  const shaken = await handshake(dialed.socket, { trust, floor: 'TLSv1.2', servername: host, timeoutMs: left, clock })
  if (shaken.kind === 'failed') return fail(explainHandshake(shaken, timeoutMs))
  connection.hold(shaken.socket)
  const problems = verifyCertificate(shaken.facts, host, clock.now())
  const [reason] = problems
  if (reason) return fail({ kind: 'tls', reason, problems, detail: shaken.facts.trustError ?? reason })
  return requestPolicy(shaken.socket, port === 443 ? host : `${host}:${port}`, (step) => (connection.step = step))
}

async function findAddresses(host: string, { resolver, allowPrivateAddresses }: FetchOptions): Promise<string[] | FetchFailure> {
  // RFC 1035 2.3.4: no such name can be asked for.
  if (host.length > 253) return { kind: 'no-address', cause: 'no-name' }
  const found = await lookupAddresses(resolver, host)
  if (found.kind === 'temporary') return { kind: 'dns', detail: found.detail }
  if (found.kind === 'none') return { kind: 'no-address', cause: found.cause }
  const allowed = found.addresses.filter((address) => allowPrivateAddresses || !isSpecialAddress(address))
  return allowed.length === 0 ? { kind: 'no-address', cause: 'private' } : allowed.slice(0, maxAddresses)
}

async function dialFirst(
  host: string,
  addresses: readonly string[],
  { dialer, clock, port = 443 }: FetchOptions,
  end: number,
): ReturnType<PolicyDialer> {
  let last: Awaited<ReturnType<PolicyDialer>> = { kind: 'unreachable', cause: 'no-address', detail: 'no address' }
  for (const address of addresses) {
    const left = end - clock.now()
    if (left <= 0) break
    last = await dialer({ host, address, port }, Math.min(connectMs, left), clock)
    if (last.kind === 'connected') return last
  }
  return last
}

function explainHandshake({ why, detail }: HandshakeFailure, timeoutMs: number): FetchFailure {
  if (why === 'timeout') return { kind: 'timeout', ms: timeoutMs, step: 'handshake' }
  // A server that has nothing newer than TLS 1.1 says so by an alert (RFC 8446 6.2).
  const reason = why === 'alert' && /protocol version/i.test(detail) ? 'version' : why
  return { kind: 'tls', reason, problems: [], detail }
}
