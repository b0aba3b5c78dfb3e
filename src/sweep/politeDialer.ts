import { createGate } from '../parallel.ts'
import { findMailboxProvider } from '../provider/index.ts'
import type { Dialer } from '../starttls/index.ts'

export interface PoliteDialerOptions {
  /** Connections to one provider at the same time, or to one host of nobody known. */
  readonly perProvider: number
  /** Ends every connection, and opens no more. */
  readonly signal: AbortSignal
}

type Dialed = Awaited<ReturnType<Dialer>>

/**
 * A dialer that opens so many connections to one provider at a time, whatever its hosts are called: names differ by
 * customer, machines do not. That one address is spoken to by one connection at a time is the examination's own rule.
 */
export function createPoliteDialer(dialer: Dialer, { perProvider, signal }: PoliteDialerOptions): Dialer {
  const gates = new Map<string, { readonly pass: ReturnType<typeof createGate>; users: number }>()
  return async (endpoint, timeoutMs, clock) => {
    const owner = findMailboxProvider(endpoint.host)?.id ?? ` ${endpoint.host}`
    const gate = gates.get(owner) ?? { pass: createGate(perProvider), users: 0 }
    gates.set(owner, gate)
    gate.users += 1
    const { promise, resolve, reject } = Promise.withResolvers<Dialed>()
    const held = gate.pass(async () => {
      const dialed: Dialed = signal.aborted ? interrupted : await dialer(endpoint, timeoutMs, clock)
      resolve(dialed)
      if (dialed.kind === 'connected') await holdUntilClosed(dialed.socket, signal)
    })
    held.catch(reject).finally(() => {
      gate.users -= 1
      if (gate.users === 0) gates.delete(owner)
    })
    return promise
  }
}

const interrupted: Dialed = { kind: 'unreachable', cause: 'other', detail: 'interrupted' }

async function holdUntilClosed(socket: Extract<Dialed, { kind: 'connected' }>['socket'], signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = (): void => {
    socket.destroy()
  }
  signal.addEventListener('abort', end)
  socket.once('close', () => {
    resolve()
  })
  if (signal.aborted) end()
  // A server may have closed before anybody listened.
  if (!socket.closed) await promise
  signal.removeEventListener('abort', end)
}
