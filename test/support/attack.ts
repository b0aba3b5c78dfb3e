import { setImmediate as takeTurn } from 'node:timers/promises'
import type { Socket } from 'node:net'
import { type Dialer, type Hop, type HopOptions, dial, openHop } from '../../src/starttls/index.ts'
import type { Place } from '../../src/world/index.ts'
import { type Checked, findingsOf } from './checkWith.ts'
import { VirtualClock } from './clock.ts'
import { clientName, mx, startLab, timeouts, trust } from './lab.ts'
import { publicAddress } from './network.ts'
import { type Peer, type RawServer, startRawServer } from './rawServer.ts'

/** What came of a check of a hostile server, and how much of what it said was read. */
export interface Attacked extends Pick<Checked, 'result' | 'host' | 'findings' | 'clock'> {
  readonly server: RawServer
  /** Octets that we took from each connection. */
  readonly bytesRead: readonly number[]
}

/** Checks `example.test`, whose only server is one that does as it likes. */
export async function attackWith(serve: (peer: Peer, clock: VirtualClock) => Promise<void> | void): Promise<Attacked> {
  const sockets: Socket[] = []
  await using lab = await startLab({ check: { dialer: (...asked) => dialer(...asked) } })
  const dialer: Dialer = keepSockets(lab.network.dialer, sockets)
  await using server = await startRawServer(async (peer) => serve(peer, lab.clock))
  lab.network.put(publicAddress, 25, server)
  const result = await lab.check()
  const [host] = result.hosts
  if (!host) throw new Error(`no host was looked at: ${result.words}`)
  // Errors of sockets that nobody listens to any more would come now, and end the process.
  for (let turn = 0; turn < 5; turn++) await takeTurn()
  const bytesRead = sockets.map((socket) => socket.bytesRead)
  return { result, host, findings: findingsOf(result), clock: lab.clock, server, bytesRead }
}

function keepSockets(inner: Dialer, sockets: Socket[]): Dialer {
  return async (...asked) => {
    const dialed = await inner(...asked)
    if (dialed.kind === 'connected') sockets.push(dialed.socket)
    return dialed
  }
}

/** Connects as a sender does: nothing is probed. The hop's channel, if there is one, is closed. */
export async function hopTo(place: Place, overrides: Partial<HopOptions> = {}): Promise<Hop> {
  const clock = new VirtualClock()
  const hop = await openHop(
    { host: mx, address: place.host, port: place.port },
    {
      protocol: 'smtp',
      names: [clientName],
      security: 'starttls',
      probe: false,
      sni: true,
      trust,
      floor: 'TLSv1.2',
      timeouts,
      clock,
      dialer: dial,
      ...overrides,
    },
  )
  hop.channel?.destroy()
  for (let turn = 0; turn < 5; turn++) await takeTurn()
  return hop
}

/** What follows the 220: a record of TLS, or the hello of SSLv2 (draft-hickman-netscape-ssl-00 2.1, 2.5). */
export const anyHello = /STARTTLS\r\n(?:EHLO .*\r\n)?(?:\x16\x03|[\x80-\xff][^]\x01\x00\x02)/

/** A server's side up to its 220 to STARTTLS, which `say` says. */
export async function reachStarttls(peer: Peer, say: string): Promise<boolean> {
  await peer.write('220 mx.example.test ESMTP\r\n')
  if (!(await peer.waitFor(/^EHLO .*\r\n$/))) return false
  await peer.write('250-mx.example.test\r\n250 STARTTLS\r\n')
  if (!(await peer.waitFor(/STARTTLS\r\n$/))) return false
  await peer.write(say)
  return true
}
