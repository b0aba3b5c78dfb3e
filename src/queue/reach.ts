import type { Clock } from '../clock.ts'
import { type HostKnowledge, groundOf, unaskedHost, vouchingOf } from '../ground/index.ts'
import {
  type Decision,
  type Demand,
  type HostMemory,
  type Judgement,
  decideDelivery,
  decideDemand,
  judgeHop,
  passOver,
} from '../policy/index.ts'
import { visible } from '../escape.ts'
import { type Capabilities, findExtension } from '../smtp/index.ts'
import { type Credentials, MailConnection, type MailOptions, authenticate, openInTheClear } from '../smtpclient/index.ts'
import { type Dialer, type Endpoint, type HopOptions, type Source, createDialer } from '../starttls/index.ts'
import type { TlsFacts, Trust } from '../tls/index.ts'
import type { Delivery } from './delivery.ts'
import type { LaneFacts } from './lane.ts'
import { keyOf, openResumed } from './resume.ts'
import type { TicketStore } from './ticket.ts'

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
  readonly memory: HostMemory
  /** TLS sessions to come back to; every handshake is a full one where left out. */
  readonly tickets?: TicketStore
}

/** Whom a connection is for, and what is demanded of it. */
export interface Reaching extends Pick<LaneFacts, 'destination' | 'policy'> {
  readonly credentials: Credentials | undefined
  readonly localAddresses?: Source | undefined
}

/** What all connections of a run share. */
export type ReachContext = Pick<Delivery, 'reach' | 'stop' | 'caution' | 'pipelining' | 'ways'>

/** One connection that was tried, and what follows from it. */
export interface Reached {
  readonly endpoint: Endpoint
  readonly demand: Demand
  readonly judgement: Judgement
  readonly tls: TlsFacts | undefined
  /** What was known of the host before. */
  readonly known: HostKnowledge
  /** What the server said last of what it can do: inside TLS, or in the clear where that is as far as it came. */
  readonly capabilities: Capabilities | undefined
  readonly decision: Decision
  /** Present where the decision is to deliver. Whoever holds it ends it. */
  readonly connection: MailConnection | undefined
  /** Whether messages go by BDAT; left out where the server offers DATA alone. */
  readonly chunking?: boolean
}

/**
 * Tries a destination's addresses in order until one gives what the policy demands. All that were tried come back, the
 * last one last, so that each can be recorded.
 */
export async function reachDestination(facts: Reaching, delivery: ReachContext): Promise<readonly Reached[]> {
  const tried: Reached[] = []
  for (const endpoint of facts.destination.endpoints) {
    if (delivery.stop.aborted) break
    const reached = await reach(endpoint, facts, delivery)
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

async function reach(endpoint: Endpoint, facts: Reaching, delivery: ReachContext): Promise<Reached> {
  const { destination, policy, credentials } = facts
  const options = delivery.reach
  const known = destination.hosts.get(endpoint.host) ?? unaskedHost(endpoint.host)
  const memory = await options.memory.recall(endpoint.host)
  const demand = decideDemand(policy, groundOf(endpoint.host, policy, known, destination.source === 'user', memory))
  if (demand.kind === 'pass-over') {
    const judgement: Judgement = { verdict: 'not-tested', cause: demand.cause, words: demand.reason }
    const untried = { tls: undefined, capabilities: undefined, connection: undefined }
    return { endpoint, demand, judgement, known, decision: passOver(demand), ...untried }
  }
  const vouching = vouchingOf(demand, known)
  const hopOptions: HopOptions = {
    protocol: destination.protocol,
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
    dialer: dialerOf(facts, delivery),
  }
  const { hop, judgement, decision } = await openResumed(endpoint, hopOptions, {
    tickets: options.tickets,
    key: keyOf(endpoint, hopOptions, policy, demand, vouching),
    judge: ({ record, end }) => {
      const judgement = judgeHop(record, end, vouching, options.clock.now())
      return { judgement, decision: decideDelivery(demand, judgement, record.tls) }
    },
  })
  const { record, channel } = hop
  try {
    await options.memory.note(endpoint.host, { judgement, key: record.tls?.chain[0]?.spkiSha256 })
  } catch (error) {
    // What cannot be remembered ends the run, and the connection with it.
    channel?.destroy()
    throw error
  }
  const capabilities = record.inside ?? record.capabilities
  const base = { endpoint, demand, judgement, tls: record.tls, known, capabilities }
  // RFC 8314 3.3: where TLS comes first, nothing is said in the clear.
  if (demand.level === 'opportunistic' && !channel && destination.security === 'starttls')
    return reachInTheClear({ ...base, decision }, facts, delivery)
  if (decision.kind !== 'deliver' || !channel || !record.inside) {
    channel?.write('QUIT\r\n')
    channel?.destroy()
    return {
      ...base,
      decision: decision.kind === 'deliver' ? { kind: 'defer', reason: judgement.words } : decision,
      connection: undefined,
    }
  }
  // RFC 8689 4.2.1: the demand is passed on with MAIL, or the message does not go this way.
  if (demand.requireTls && !findExtension(record.inside, 'REQUIRETLS')) {
    await channel.quit(options.timeouts.command)
    const reason = 'the message demands REQUIRETLS, which the server does not offer (RFC 8689)'
    return { ...base, decision: { kind: 'hold', reason }, connection: undefined }
  }
  const refused = await logIn(channel, record.inside, credentials, options)
  if (refused !== undefined) {
    channel.destroy()
    return { ...base, decision: { kind: 'defer', reason: refused }, connection: undefined }
  }
  const { ways } = delivery
  const chunking = ways && findExtension(record.inside, 'CHUNKING') ? ways.choose(endpoint.host) : undefined
  const mail = { ...mailOptions(endpoint, facts, delivery), chunking: chunking ?? false }
  const connection = MailConnection.overTls(channel, record.inside, mail)
  return { ...base, decision, connection, ...(chunking === undefined ? {} : { chunking }) }
}

function dialerOf({ localAddresses }: Reaching, { reach }: ReachContext): Dialer {
  return localAddresses ? createDialer(localAddresses) : reach.dialer
}

function mailOptions({ host }: Endpoint, { destination }: Reaching, { reach, caution, pipelining }: ReachContext): MailOptions {
  return {
    timeouts: reach.timeouts,
    protocol: destination.protocol,
    pipelining: caution.get(host) ?? pipelining,
  }
}

async function logIn(
  channel: Parameters<typeof authenticate>[0],
  capabilities: Capabilities,
  credentials: Credentials | undefined,
  options: ReachOptions,
): Promise<string | undefined> {
  if (!credentials) return undefined
  const result = await authenticate(channel, capabilities, credentials, options.timeouts.command)
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
async function reachInTheClear(reached: Omit<Reached, 'connection'>, facts: Reaching, delivery: ReachContext): Promise<Reached> {
  const { verdict, cause } = reached.judgement
  if (facts.credentials || (verdict !== 'plaintext' && verdict !== 'broken' && cause !== 'starttls-4xx'))
    return { ...reached, connection: undefined }
  const dialer = dialerOf(facts, delivery)
  const options = { ...mailOptions(reached.endpoint, facts, delivery), ...delivery.reach, dialer }
  const connection = await openInTheClear(reached.endpoint, options)
  const judgement: Judgement = { ...reached.judgement, verdict: 'plaintext' }
  return connection
    ? {
        ...reached,
        judgement,
        tls: undefined,
        capabilities: connection.capabilities,
        decision: { kind: 'deliver' },
        connection,
      }
    : { ...reached, decision: { kind: 'defer', reason: 'the server would not talk in plaintext either' }, connection: undefined }
}
