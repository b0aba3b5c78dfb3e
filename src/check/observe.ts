import { isIP } from 'node:net'
import { type Judgement, type NameSource, judgeHop } from '../policy/index.ts'
import { type Endpoint, type HopOptions, openHop } from '../starttls/index.ts'
import type { CheckContext } from './context.ts'
import type { HostObservation, SeenHop } from './finding.ts'

/** Looks at one address of one host, politely: one connection at a time, and what was learnt is kept. */
export async function observeHost(
  endpoint: Endpoint,
  source: NameSource,
  security: 'starttls' | 'implicit',
  context: CheckContext,
): Promise<HostObservation> {
  const key = `${endpoint.host} ${endpoint.address} ${endpoint.port} ${security} ${source}`
  const known = context.observed.get(key)
  if (known) return known
  const turn = context.turns.get(endpoint.address) ?? Promise.resolve()
  const observation = turn.then(async () => look(endpoint, source, security, context))
  context.turns.set(endpoint.address, observation)
  context.observed.set(key, observation)
  return observation
}

async function look(
  endpoint: Endpoint,
  source: NameSource,
  security: 'starttls' | 'implicit',
  context: CheckContext,
): Promise<HostObservation> {
  const hops: SeenHop[] = []
  let decisive = await connect(endpoint, security, true, context)
  hops.push(decisive)
  let judgement = judge(decisive, source, context)
  for (const wait of context.retryMs) {
    if (!isWorthRetrying(judgement)) break
    await context.clock.sleep(wait)
    decisive = await connect(endpoint, security, true, context)
    hops.push(decisive)
    judgement = judge(decisive, source, context)
  }
  const goodBefore = context.good.get(endpoint.address) ?? 0
  // The name is sent or left out: some servers have another certificate for those who do not send it (RFC 6066 3).
  const withoutSni =
    decisive.end.kind === 'secure' && isIP(endpoint.host) === 0 ? await connect(endpoint, security, false, context) : undefined
  const otherPorts = judgement.cause === 'mangled' ? await compareOtherPorts(endpoint, context) : []
  return {
    endpoint,
    source,
    now: context.clock.now(),
    hops,
    decisive,
    judgement,
    withoutSni,
    goodBefore: withoutSni ? (context.good.get(endpoint.address) ?? 0) : goodBefore,
    otherPorts,
  }
}

function judge(hop: SeenHop, source: NameSource, context: CheckContext): Judgement {
  return judgeHop(hop.record, hop.end, source, context.clock.now())
}

/** RFC 3207 4 (454) and RFC 5321 3.8 (421): the server says that it may be otherwise in a moment. */
function isWorthRetrying(judgement: Judgement): boolean {
  return judgement.verdict === 'temporary' || judgement.cause === 'rate-limited'
}

async function connect(
  endpoint: Endpoint,
  security: 'starttls' | 'implicit',
  sni: boolean,
  context: CheckContext,
): Promise<SeenHop> {
  const options: HopOptions = {
    names: context.names,
    security,
    probe: true,
    sni,
    trust: context.trust,
    // An examination wants to see what the server has, also where nobody should use it.
    floor: 'TLSv1',
    timeouts: context.timeouts,
    clock: context.clock,
    dialer: context.dialer,
  }
  const { record, end, channel } = await openHop(endpoint, options)
  if (channel) {
    context.good.set(endpoint.address, (context.good.get(endpoint.address) ?? 0) + 1)
    await channel.quit(context.timeouts.command)
  }
  return { record, end }
}

async function compareOtherPorts(endpoint: Endpoint, context: CheckContext): Promise<{ port: number; offers: boolean }[]> {
  const compared: { port: number; offers: boolean }[] = []
  for (const { port, security } of context.otherPorts) {
    const hop = await connect({ ...endpoint, port }, security, true, context)
    if (hop.end.kind !== 'unreachable') compared.push({ port, offers: hop.end.kind === 'secure' })
  }
  return compared
}
