import { type Socket, connect } from 'node:net'
import type { Clock } from '../clock.ts'

/** Where a connection goes. */
export interface Endpoint {
  /** The name the address was found under: SNI and certificate are compared with it. */
  readonly host: string
  /** IPv4 or IPv6. */
  readonly address: string
  readonly port: number
}

/** Why no connection came about; each cause is another thing to do (cases.md 12, 65). */
export type Unreachable = 'refused' | 'timeout' | 'reset' | 'no-route' | 'no-ipv6' | 'no-address' | 'other'

type Dialed =
  | { readonly kind: 'connected'; readonly socket: Socket; readonly ms: number }
  | { readonly kind: 'unreachable'; readonly cause: Unreachable; readonly detail: string }

/** Opens TCP connections. A parameter of everything that does, so that tests can stand in its way. */
export type Dialer = (endpoint: Endpoint, timeoutMs: number, clock: Clock) => Promise<Dialed>

const causes: Readonly<Record<string, Unreachable>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
}

/** Addresses of this machine that connections leave from; the system chooses where one is left out. */
export interface Source {
  readonly ipv4?: string
  readonly ipv6?: string
}

/** The system's TCP, from whatever address it chooses. */
export const dial: Dialer = async (...call) => dialFrom({}, ...call)

/** The same from given addresses. */
export function createDialer(source: Source): Dialer {
  return async (...call) => dialFrom(source, ...call)
}

async function dialFrom(source: Source, endpoint: Endpoint, timeoutMs: number, clock: Clock): Promise<Dialed> {
  const start = clock.now()
  const localAddress = endpoint.address.includes(':') ? source.ipv6 : source.ipv4
  const { promise, resolve } = Promise.withResolvers<Dialed>()
  // Nagle would hold the second of two small writes for the peer's delayed acknowledgement, some 40 ms a session.
  const socket = connect({
    host: endpoint.address,
    port: endpoint.port,
    noDelay: true,
    autoSelectFamily: false,
    ...(localAddress === undefined ? {} : { localAddress }),
  })
  const stop = clock.timer(timeoutMs, () => {
    resolve({ kind: 'unreachable', cause: 'timeout', detail: `no connection within ${timeoutMs / 1000} s` })
  })
  socket.once('connect', () => {
    resolve({ kind: 'connected', socket, ms: clock.now() - start })
  })
  socket.on('error', (error) => {
    resolve(explainError(error, endpoint))
  })
  const result = await promise
  stop()
  if (result.kind === 'unreachable') socket.destroy()
  return result
}

function explainError(error: Error, endpoint: Endpoint): Dialed {
  const code = 'code' in error ? String(error.code) : ''
  const cause = causes[code] ?? 'other'
  // A machine without IPv6 has no route to any such address; that says nothing about the server.
  const noIpv6 = cause === 'no-route' && endpoint.address.includes(':')
  return { kind: 'unreachable', cause: noIpv6 ? 'no-ipv6' : cause, detail: code || error.message }
}
