import type { Dialer } from '../starttls/index.ts'

/** A dialer whose connections end with the signal, in whatever state they are. */
export function dialUntil(dialer: Dialer, signal: AbortSignal): Dialer {
  return async (endpoint, timeoutMs, clock) => {
    const over = Promise.withResolvers<Awaited<ReturnType<Dialer>>>()
    const end = (): void => {
      over.resolve({ kind: 'unreachable', cause: 'other', detail: 'the run was broken off' })
    }
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    const dialing = dialer(endpoint, timeoutMs, clock).then((dialed) => {
      if (dialed.kind === 'connected') {
        const { socket } = dialed
        const destroy = (): void => {
          socket.destroy()
        }
        if (signal.aborted) destroy()
        signal.addEventListener('abort', destroy, { once: true })
        socket.once('close', () => {
          signal.removeEventListener('abort', destroy)
        })
      }
      return dialed
    })
    try {
      return await Promise.race([dialing, over.promise])
    } finally {
      signal.removeEventListener('abort', end)
    }
  }
}
