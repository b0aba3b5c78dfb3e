import type { Clock } from '../clock.ts'
import { groundOf, unaskedHost, vouchingOf } from '../ground/index.ts'
import {
  type Decision,
  type Demand,
  type HostMemory,
  type Judgement,
  type Policy,
  decideDelivery,
  decideDemand,
  judgeHop,
  passOver,
} from '../policy/index.ts'
import { visible } from '../escape.ts'
import type { Capabilities } from '../smtp/index.ts'
import { type Credentials, MailConnection, authenticate, openInTheClear } from '../smtpclient/index.ts'
import { type Dialer, type Endpoint, type HopOptions, openHop } from '../starttls/index.ts'
import type { TlsFacts, Trust } from '../tls/index.ts'
import type { Destination } from './destination.ts'

/** Milliseconds for each state (RFC 5321 4.5.3.2). */
export interface DeliveryTimeouts {
  readonly connect: number
  readonly greeting: number
  readonly command: number
  readonly data: number
  readonly block: number
  readonly dot: number
}

export interface ReachOptions {
  readonly names: readonly string[]
  readonly trust: Trust
  readonly timeouts: DeliveryTimeouts
  readonly clock: Clock
  readonly dialer: Dialer
  readonly credentials: Credentials | undefined
  readonly memory: HostMemory
  /** Aborted when no new connection is to be begun. */
  readonly signal: AbortSignal
}

/** One connection that was tried, and what follows from it. */
export interface Reached {
  readonly endpoint: Endpoint
  readonly demand: Demand
  readonly judgement: Judgement
  readonly tls: TlsFacts | undefined
  readonly decision: Decision
  /** Present where the decision is to deliver. Whoever holds it ends it. */
  readonly connection: MailConnection | undefined
}

/**
 * Tries a destination's addresses in order until one gives what the policy demands. All that were tried come back, the
 * last one last, so that each can be recorded.
 */
export async function reachDestination(
  destination: Extract<Destination, { kind: 'hosts' }>,
  policy: Policy,
  options: ReachOptions,
): Promise<readonly Reached[]> {
  const tried: Reached[] = []
  for (const endpoint of destination.endpoints) {
    if (options.signal.aborted) break
    const reached = await reach(endpoint, destination, policy, options)
    tried.push(reached)
    if (reached.connection) break
  }
  return tried
}

/** What follows for the messages, when no connection was good enough: what is held tells more than what is put off. */
export function combineDecisions(tried: readonly Reached[]): {
  readonly decision: Decision
  readonly reached: Reached | undefined
} {
  const reached =
    tried.find((one) => one.decision.kind === 'hold') ??
    tried.findLast((one) => one.judgement.verdict !== 'not-tested') ??
    tried.at(-1)
  return { decision: reached?.decision ?? { kind: 'defer', reason: 'no address could be tried' }, reached }
}

async function reach(
  endpoint: Endpoint,
  destination: Extract<Destination, { kind: 'hosts' }>,
  policy: Policy,
  options: ReachOptions,
): Promise<Reached> {
  const known = destination.hosts.get(endpoint.host) ?? unaskedHost(endpoint.host)
  const memory = await options.memory.recall(endpoint.host)
  const demand = decideDemand(policy, groundOf(endpoint.host, policy, known, destination.source === 'user', memory))
  if (demand.kind === 'pass-over') {
    const judgement: Judgement = { verdict: 'not-tested', cause: demand.cause, words: demand.reason }
    return { endpoint, demand, judgement, tls: undefined, decision: passOver(demand), connection: undefined }
  }
  if (demand.requireTls) {
    // RFC 8689 4.2.1: the demand is passed on with MAIL, or the message does not go. Nothing here passes it on yet.
    const words = 'the message demands REQUIRETLS, which cannot be passed on yet'
    const judgement: Judgement = { verdict: 'not-tested', cause: 'requiretls', words }
    return { endpoint, demand, judgement, tls: undefined, decision: { kind: 'hold', reason: words }, connection: undefined }
  }
  const vouching = vouchingOf(demand, known)
  const hopOptions: HopOptions = {
    protocol: 'smtp',
    names: options.names,
    security: destination.security,
    probe: false,
    sni: true,
    // RFC 7672 8.1 and RFC 8461 7.1 ask for different names where the host is an alias.
    servername: typeof vouching === 'object' ? known.sni : endpoint.host,
    watch: typeof vouching === 'object',
    trust: options.trust,
    floor: demand.level === 'opportunistic' ? 'TLSv1' : demand.floor,
    timeouts: { ...options.timeouts, handshake: options.timeouts.command },
    clock: options.clock,
    dialer: options.dialer,
  }
  const { record, end, channel } = await openHop(endpoint, hopOptions)
  const judgement = judgeHop(record, end, vouching, options.clock.now())
  const decision = decideDelivery(demand, judgement, record.tls)
  try {
    await options.memory.note(endpoint.host, { judgement, key: record.tls?.chain[0]?.spkiSha256 })
  } catch (error) {
    // What cannot be remembered ends the run, and the connection with it.
    channel?.destroy()
    throw error
  }
  const base = { endpoint, demand, judgement, tls: record.tls }
  // RFC 8314 3.3: where TLS comes first, nothing is said in the clear.
  if (demand.level === 'opportunistic' && !channel && destination.security === 'starttls')
    return reachInTheClear({ ...base, decision }, options)
  if (decision.kind !== 'deliver' || !channel || !record.inside) {
    channel?.write('QUIT\r\n')
    channel?.destroy()
    return {
      ...base,
      decision: decision.kind === 'deliver' ? { kind: 'defer', reason: judgement.words } : decision,
      connection: undefined,
    }
  }
  const refused = await logIn(channel, record.inside, options)
  if (refused !== undefined) {
    channel.destroy()
    return { ...base, decision: { kind: 'defer', reason: refused }, connection: undefined }
  }
  return { ...base, decision, connection: MailConnection.overTls(channel, record.inside, options) }
}

async function logIn(
  channel: Parameters<typeof authenticate>[0],
  capabilities: Capabilities,
  options: ReachOptions,
): Promise<string | undefined> {
  if (!options.credentials) return undefined
  const result = await authenticate(channel, capabilities, options.credentials, options.timeouts.command)
  switch (result.kind) {
    case 'accepted':
      return undefined
    case 'refused':
      // Its own words stay out: some servers repeat what they were sent.
      return `the relay refuses the user name or password (${[result.reply.code, result.reply.enhanced].filter(Boolean).join(' ')})`
    case 'unsupported':
      return `the relay offers no way to log in that we speak (it offers ${visible(result.offered.join(', ') || 'none', 100)})`
    case 'unverified':
      return `the log-in was broken off: ${result.why}`
    case 'unusable':
      return `the relay cannot be logged in to: ${result.why}`
    case 'lost':
      return 'the relay ended the connection during the log-in'
  }
}

/** RFC 7435: at `opportunistic`, and there alone, no TLS means plaintext. With a log-in no policy is at that level. */
async function reachInTheClear(reached: Omit<Reached, 'connection'>, options: ReachOptions): Promise<Reached> {
  const { verdict, cause } = reached.judgement
  if (options.credentials || (verdict !== 'plaintext' && verdict !== 'broken' && cause !== 'starttls-4xx'))
    return { ...reached, connection: undefined }
  const connection = await openInTheClear(reached.endpoint, options)
  const judgement: Judgement = { ...reached.judgement, verdict: 'plaintext' }
  return connection
    ? { ...reached, judgement, tls: undefined, decision: { kind: 'deliver' }, connection }
    : { ...reached, decision: { kind: 'defer', reason: 'the server would not talk in plaintext either' }, connection: undefined }
}
