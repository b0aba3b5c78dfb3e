import type { Clock } from '../clock.ts'
import { type Capabilities, type Reply, findExtension, parseEhlo } from '../smtp/index.ts'
import { type HandshakeFailure, type TlsFacts, type TlsFloor, type Trust, handshake } from '../tls/index.ts'
import { type Answer, ReplyChannel } from './channel.ts'
import type { Dialer, Endpoint, Unreachable } from './dial.ts'
import { type DialogueTimeouts, PlainSession, type UpgradeOptions, recordAnswer } from './plain.ts'
import { SecureChannel } from './secure.ts'
import { Transcript, type TranscriptLine } from './transcript.ts'

/** Where in the dialogue something happened. `inside` is the EHLO after TLS. */
export type Stage = 'greeting' | 'ehlo' | 'helo' | 'starttls' | 'inside'

export interface HopOptions {
  /** Names for EHLO, tried in order where the server refuses one for its form. */
  readonly names: readonly string[]
  readonly security: 'starttls' | 'implicit'
  /** An examination: HELO where EHLO is refused, STARTTLS where it is not offered, first octets kept. */
  readonly probe: boolean
  readonly sni: boolean
  readonly trust: Trust
  readonly floor: TlsFloor
  readonly timeouts: DialogueTimeouts
  readonly clock: Clock
  readonly dialer: Dialer
}

/** What was seen on one connection, as plain data without judgement. */
export interface HopRecord {
  readonly endpoint: Endpoint
  readonly security: 'starttls' | 'implicit'
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  greetingMs?: number
  greeting?: Reply
  /** Names of ours that the server would not have. */
  rejected: { readonly name: string; readonly reply: Reply }[]
  /** What was said in the clear; forgotten by whatever sends mail once TLS stands (RFC 3207 4.2). */
  ehlo?: Capabilities
  helo?: Reply
  /** STARTTLS stood among the keywords. */
  offered: boolean
  starttls?: Reply
  tls?: TlsFacts
  /** What was said inside TLS. */
  inside?: Capabilities
  /** Some reply ended its lines in LF alone. */
  bareLf: boolean
  transcript: readonly TranscriptLine[]
}

/** How the dialogue ended. */
export type HopEnd =
  | { readonly kind: 'secure' }
  | { readonly kind: 'unreachable'; readonly cause: Unreachable; readonly detail: string }
  | { readonly kind: 'closed'; readonly stage: Stage; readonly how: 'end' | 'reset' }
  | { readonly kind: 'timeout'; readonly stage: Stage; readonly ms: number }
  | { readonly kind: 'malformed'; readonly stage: Stage; readonly why: string; readonly shown: string }
  | { readonly kind: 'answered'; readonly stage: Stage; readonly reply: Reply }
  | { readonly kind: 'not-offered' }
  | { readonly kind: 'injected'; readonly shown: string }
  | { readonly kind: 'handshake-failed'; readonly failure: HandshakeFailure; readonly shown: string }

/** One connection, brought as far as it goes towards an EHLO inside TLS. */
export interface Hop {
  readonly record: HopRecord
  readonly end: HopEnd
  /** Present where `end` is `secure`. Whoever holds it ends it. */
  readonly channel: SecureChannel | undefined
}

/**
 * Connects, greets, upgrades to TLS and greets again. Data in every case: nothing a server does makes it throw.
 * Above `opportunistic` this is the only way to a channel that can carry mail.
 */
export async function openHop(endpoint: Endpoint, options: HopOptions): Promise<Hop> {
  const transcript = new Transcript(() => options.clock.now())
  const record: HopRecord = {
    endpoint,
    security: options.security,
    startedAt: options.clock.now(),
    rejected: [],
    offered: false,
    bareLf: false,
    transcript: transcript.lines,
  }
  const dialed = await options.dialer(endpoint, options.timeouts.connect, options.clock)
  if (dialed.kind === 'unreachable') {
    transcript.add('note', `no connection: ${dialed.detail}`)
    return { record, end: { kind: 'unreachable', cause: dialed.cause, detail: dialed.detail }, channel: undefined }
  }
  transcript.add('note', `connected to ${endpoint.address} port ${endpoint.port}`)
  const outcome =
    options.security === 'implicit'
      ? await openImplicit(dialed.socket, record, options, transcript)
      : await openStarttls(new ReplyChannel(dialed.socket, options.clock), record, options, transcript)
  if (!(outcome instanceof SecureChannel)) return { record, end: outcome, channel: undefined }
  return greetInside(outcome, record, options, transcript)
}

async function openStarttls(
  channel: ReplyChannel,
  record: HopRecord,
  options: HopOptions,
  transcript: Transcript,
): Promise<HopEnd | SecureChannel> {
  const session = new PlainSession(channel, {
    endpoint: record.endpoint,
    timeouts: options.timeouts,
    clock: options.clock,
    transcript,
  })
  const end = await runPlain(session, record, options)
  // After an upgrade the plain session holds nothing any more; before it, it leaves politely.
  if (!(end instanceof SecureChannel)) await session.quit()
  return end
}

async function runPlain(session: PlainSession, record: HopRecord, options: HopOptions): Promise<HopEnd | SecureChannel> {
  const greeting = take('greeting', await session.greeting(), record)
  if (greeting.kind !== 'reply') return greeting
  record.greeting = greeting.reply
  record.greetingMs = greeting.ms
  if (greeting.reply.code !== 220) return { kind: 'answered', stage: 'greeting', reply: greeting.reply }
  const refused = await greet(session, record, options)
  if (refused) return refused
  record.offered = record.ehlo !== undefined && findExtension(record.ehlo, 'STARTTLS') !== undefined
  if (!record.offered && !options.probe) return { kind: 'not-offered' }
  const answer = take('starttls', await session.starttls(), record)
  if (answer.kind !== 'reply') return record.offered ? answer : { kind: 'not-offered' }
  record.starttls = answer.reply
  if (answer.reply.code !== 220)
    return record.offered ? { kind: 'answered', stage: 'starttls', reply: answer.reply } : { kind: 'not-offered' }
  const upgrade: UpgradeOptions = { trust: options.trust, floor: options.floor, sni: options.sni, tap: options.probe }
  const upgraded = await session.upgrade(upgrade)
  // What was not offered breaks no promise when it fails; somebody who slips words in is told of in any case.
  if (upgraded.kind === 'handshake-failed' && !record.offered) return { kind: 'not-offered' }
  if (upgraded.kind !== 'secure') return upgraded
  record.tls = upgraded.facts
  return upgraded.channel
}

/** EHLO under each of our names, then HELO; undefined where some greeting was taken. */
async function greet(session: PlainSession, record: HopRecord, options: HopOptions): Promise<HopEnd | undefined> {
  let last: Reply | undefined
  for (const name of options.names) {
    const answer = take('ehlo', await session.ehlo(name), record)
    if (answer.kind !== 'reply') return answer
    if (answer.reply.code === 250) {
      record.ehlo = parseEhlo(answer.reply)
      return undefined
    }
    last = answer.reply
    // Only a lasting refusal can be about the name (RFC 5321 4.1.4); 4yz and 421 are about now.
    if (last.code < 500) return { kind: 'answered', stage: 'ehlo', reply: last }
    record.rejected.push({ name, reply: last })
  }
  if (!last || !options.probe) return last ? { kind: 'answered', stage: 'ehlo', reply: last } : { kind: 'not-offered' }
  const answer = take('helo', await session.helo(options.names.at(-1) ?? 'localhost'), record)
  if (answer.kind !== 'reply') return answer
  if (answer.reply.code !== 250) return { kind: 'answered', stage: 'ehlo', reply: last }
  record.helo = answer.reply
  return undefined
}

async function openImplicit(
  socket: Parameters<typeof handshake>[0],
  record: HopRecord,
  options: HopOptions,
  transcript: Transcript,
): Promise<HopEnd | SecureChannel> {
  const result = await handshake(socket, {
    trust: options.trust,
    floor: options.floor,
    servername: options.sni ? record.endpoint.host : undefined,
    timeoutMs: options.timeouts.handshake,
    clock: options.clock,
  })
  if (result.kind === 'failed') {
    transcript.add('note', `TLS failed: ${result.detail}`)
    return { kind: 'handshake-failed', failure: result, shown: '' }
  }
  record.tls = result.facts
  transcript.add('note', `TLS: ${result.facts.version} ${result.facts.cipher}`)
  const channel = new SecureChannel(result, options.clock)
  const answer = await channel.read(options.timeouts.greeting)
  recordAnswer(transcript, answer)
  const greeting = take('greeting', answer, record)
  if (greeting.kind === 'reply' && greeting.reply.code === 220) {
    record.greeting = greeting.reply
    return channel
  }
  channel.destroy()
  return greeting.kind === 'reply' ? { kind: 'answered', stage: 'greeting', reply: greeting.reply } : greeting
}

/** RFC 3207 4.2: after TLS the client says EHLO again and believes only what it hears then. */
async function greetInside(channel: SecureChannel, record: HopRecord, options: HopOptions, transcript: Transcript): Promise<Hop> {
  const name = options.names[record.rejected.length] ?? options.names[0] ?? 'localhost'
  transcript.add('client', `EHLO ${name}`)
  channel.write(`EHLO ${name}\r\n`)
  const raw = await channel.read(options.timeouts.command)
  recordAnswer(transcript, raw)
  const answer = take('inside', raw, record)
  if (answer.kind === 'reply' && answer.reply.code === 250) {
    record.inside = parseEhlo(answer.reply)
    return { record, end: { kind: 'secure' }, channel }
  }
  channel.destroy()
  if (record.security === 'starttls' && !record.offered) return { record, end: { kind: 'not-offered' }, channel: undefined }
  const end: HopEnd = answer.kind === 'reply' ? { kind: 'answered', stage: 'inside', reply: answer.reply } : answer
  return { record, end, channel: undefined }
}

type Taken = Extract<Answer, { kind: 'reply' }> | Extract<HopEnd, { kind: 'closed' | 'timeout' | 'malformed' }>

function take(stage: Stage, answer: Answer, record: HopRecord): Taken {
  switch (answer.kind) {
    case 'reply':
      record.bareLf ||= answer.reply.bareLf
      return answer
    case 'closed':
      return { kind: 'closed', stage, how: answer.how }
    case 'timeout':
      return { kind: 'timeout', stage, ms: answer.ms }
    case 'malformed':
      return { kind: 'malformed', stage, why: answer.why, shown: answer.shown }
  }
}
