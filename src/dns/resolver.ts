import { randomInt } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { DnsAnswer, RecordData, RecordType, Resolver } from './answer.ts'
import { type DnsServer, exchangeTcp, exchangeUdp } from './transport.ts'
import { type Decoded, decodeAnswer, encodeQuestion } from './wire.ts'

export interface ResolverOptions {
  /** Recursive resolvers, asked in turn. */
  readonly servers: readonly DnsServer[]
  /** Milliseconds for one question to one server. */
  readonly timeoutMs: number
  /** Rounds over all servers. */
  readonly tries: number
  readonly clock: Clock
}

/** RFC 8767 4 advises a bound of this size on what is kept, in seconds. */
const maxTtl = 86_400

/** How many answers are kept; the oldest leave first. */
const cacheSize = 10_000

/**
 * A stub resolver: asks recursive resolvers, by UDP and by TCP where an answer is cut, and keeps what they say for as
 * long as they say. A failure is kept for no time at all: the next question may be answered.
 */
export function createResolver(options: ResolverOptions): Resolver {
  const cache = new Map<string, { readonly answer: Promise<DnsAnswer<RecordData[RecordType]>>; until: number }>()

  async function query<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<RecordData[T]>> {
    const key = `${type} ${name.toLowerCase()}`
    const known = cache.get(key)
    // The key holds the type, so the answer is of it.
    if (known && known.until > options.clock.now()) return known.answer as Promise<DnsAnswer<RecordData[T]>>
    const answer = ask(name, type, options)
    const entry = { answer, until: Number.POSITIVE_INFINITY }
    cache.set(key, entry)
    if (cache.size > cacheSize) cache.delete(cache.keys().next().value ?? key)
    const result = await answer
    entry.until = result.kind === 'records' ? options.clock.now() + Math.min(result.ttl, maxTtl) * 1000 : 0
    return result
  }

  return { query }
}

async function ask<T extends RecordType>(name: string, type: T, options: ResolverOptions): Promise<DnsAnswer<RecordData[T]>> {
  let last: DnsAnswer<RecordData[T]> = { kind: 'failure', cause: 'timeout', detail: 'no DNS server was asked' }
  for (let round = 0; round < options.tries; round++) {
    for (const server of options.servers) {
      last = await askServer(server, name, type, options)
      if (last.kind !== 'failure') return last
    }
  }
  return last
}

async function askServer<T extends RecordType>(
  server: DnsServer,
  name: string,
  type: T,
  options: ResolverOptions,
): Promise<DnsAnswer<RecordData[T]>> {
  const id = randomInt(0x1_0000)
  let packet: Buffer
  try {
    packet = encodeQuestion(id, name, type)
  } catch (error) {
    return { kind: 'failure', cause: 'malformed', detail: `not a DNS name: ${error instanceof Error ? error.message : name}` }
  }
  const read = (bytes: Buffer): Exclude<Decoded<RecordData[T]>, { kind: 'other' }> | undefined => {
    const decoded = decodeAnswer(bytes, id, name, type)
    return decoded.kind === 'other' ? undefined : decoded
  }
  const first = await exchangeUdp(server, packet, read, options.timeoutMs, options.clock)
  if (first.kind === 'failure') return first
  if (first.answer.kind !== 'truncated') return first.answer
  const second = await exchangeTcp(server, packet, read, options.timeoutMs, options.clock)
  if (second.kind === 'failure') return second
  return second.answer.kind === 'truncated'
    ? { kind: 'failure', cause: 'malformed', detail: 'an answer is cut even over TCP' }
    : second.answer
}
