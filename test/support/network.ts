import { once } from 'node:events'
import { createServer } from 'node:net'
import { type Dialer, type Endpoint, dial } from '../../src/starttls/index.ts'
import type { Place } from '../../src/world/index.ts'

/** A public address for a mail server of a test; nobody ever dials it, see `Network`. */
export const publicAddress = '5.45.25.1'

/**
 * The Internet as a test has it: which server of this machine stands behind an address and port. Everything else has no
 * route, so that no test ever leaves the machine, and what was asked for is kept.
 */
export class Network {
  /** Every endpoint that was asked for, also those that are not there. */
  readonly dialed: Endpoint[] = []
  readonly #places = new Map<string, Place[]>()

  /** Of several places, each takes one connection, and the last one all further. */
  put(address: string, port: number, ...places: readonly Place[]): void {
    this.#places.set(`${address} ${port}`, [...places])
  }

  readonly dialer: Dialer = async (endpoint, timeoutMs, clock) => {
    this.dialed.push(endpoint)
    const places = this.#places.get(`${endpoint.address} ${endpoint.port}`) ?? []
    const place = places.length > 1 ? places.shift() : places[0]
    if (!place) return { kind: 'unreachable', cause: 'no-route', detail: 'no such place in this test' }
    return dial({ host: endpoint.host, address: place.host, port: place.port }, timeoutMs, clock)
  }
}

/** An address and port where nothing listens: on a loopback address that no other test uses, so it stays so. */
export async function findClosedPlace(): Promise<Place> {
  const host = '127.0.77.1'
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  server.close()
  await once(server, 'close')
  return { host, port }
}
