import { judgeHop, type Judgement } from '../../src/policy/index.ts'
import { type Endpoint, type Hop, type HopOptions, type Protocol, dial, openHop } from '../../src/starttls/index.ts'
import type { Place } from '../../src/world/index.ts'
import { VirtualClock } from './clock.ts'
import { authority, clientName, mx, timeouts, trust } from './lab.ts'
import { type MailScript, type MailServer, startMailServer } from './mailServer.ts'

export const identity = await authority.issue({ names: [mx] })

/** The options of an examination that speaks this protocol. */
export function hopOptions<P extends Protocol>(protocol: P, overrides: Partial<HopOptions> = {}): HopOptions & { protocol: P } {
  return {
    names: [clientName],
    security: 'starttls',
    probe: true,
    sni: true,
    trust,
    floor: 'TLSv1.2',
    timeouts,
    clock: new VirtualClock(),
    dialer: dial,
    ...overrides,
    protocol,
  }
}

export function endpointOf(place: Place): Endpoint {
  return { host: mx, address: place.host, port: place.port }
}

export interface Examined {
  readonly hop: Hop
  /** As for a host that the user named. */
  readonly judgement: Judgement
  readonly server: MailServer
  readonly transcript: readonly string[]
}

/** Examines a server that is a good one but for what the script says, and takes leave. */
export async function examineMail(
  script: Partial<MailScript> & { readonly protocol: Protocol },
  overrides: Partial<HopOptions> = {},
): Promise<Examined> {
  const options = hopOptions(script.protocol, { security: script.implicit ? 'implicit' : 'starttls', ...overrides })
  await using server = await startMailServer({ identity, clock: options.clock, ...script })
  const hop = await openHop(endpointOf(server), options)
  await hop.leave()
  const judgement = judgeHop(hop.record, hop.end, 'user', options.clock.now())
  return { hop, judgement, server, transcript: hop.record.transcript.map(({ from, text }) => `${from}: ${text}`) }
}
