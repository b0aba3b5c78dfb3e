import { findExtension } from '../smtp/index.ts'
import type { Heard } from './dialogue.ts'
import type { PlainSession } from './plain.ts'
import { commandsOf } from './protocol.ts'
import { type HopEnd, type HopRecord, type Stage, noteOddities } from './record.ts'

/** What is said on the way; a `PlainSession` says it and no more. */
export type Speaker = Pick<PlainSession, 'greeting' | 'ehlo' | 'helo' | 'starttls'>

export interface ApproachOptions {
  /** Names for EHLO, tried in order where the server refuses one for its form. */
  readonly names: readonly string[]
  /** STARTTLS is asked for where it is not offered, too. */
  readonly unlisted: boolean
  /** HELO is said where EHLO is refused. */
  readonly helo: boolean
}

/** Brings a connection from its greeting to the consent to STARTTLS, where the client's first octet of TLS is due. */
export async function approachTls(
  session: Speaker,
  record: HopRecord,
  options: ApproachOptions,
): Promise<HopEnd | { readonly kind: 'ready' }> {
  const greeting = take('greeting', await session.greeting(), record)
  if (greeting.kind !== 'said') return greeting
  record.greeting = greeting.said
  record.greetingMs = greeting.ms
  if (greeting.said.standing !== 'yes') return { kind: 'answered', stage: 'greeting', said: greeting.said }
  // RFC 9051 6.2.1: STARTTLS is for those who are not authenticated; this server takes us for it already.
  if (greeting.oddities.includes('preauth')) return { kind: 'not-offered' }
  if (greeting.capabilities) record.capabilities = greeting.capabilities
  const refused = greeting.capabilities ? undefined : await introduce(session, record, options)
  if (refused) return refused
  const { starttls } = commandsOf[record.protocol]
  record.offered = record.capabilities !== undefined && findExtension(record.capabilities, starttls) !== undefined
  if (!record.offered && !options.unlisted) return { kind: 'not-offered' }
  const answer = take('starttls', await session.starttls(), record)
  if (answer.kind !== 'said') return record.offered ? answer : { kind: 'not-offered' }
  record.starttls = answer.said
  if (answer.said.standing !== 'yes')
    return record.offered ? { kind: 'answered', stage: 'starttls', said: answer.said } : { kind: 'not-offered' }
  if (record.protocol === 'pop3' && !record.offered) {
    // CAPA is optional (RFC 2449 5), so clients try STLS without it, and what works counts as offered (cases.md 46).
    if (record.capabilities) noteOddities(record, ['stls-unlisted'])
    record.offered = true
  }
  return { kind: 'ready' }
}

/** Asks what the server can do; undefined where it may be gone on with. */
async function introduce(session: Speaker, record: HopRecord, options: ApproachOptions): Promise<HopEnd | undefined> {
  if (record.protocol === 'smtp' || record.protocol === 'lmtp') return greet(session, record, options)
  const answer = take('ehlo', await session.ehlo(''), record)
  if (answer.kind !== 'said') return answer
  if (answer.capabilities) record.capabilities = answer.capabilities
  if (answer.said.standing === 'yes' || answer.oddities.includes('capa-unsupported')) return undefined
  return { kind: 'answered', stage: 'ehlo', said: answer.said }
}

/** EHLO under each of our names, then HELO; undefined where some greeting was taken. */
async function greet(session: Speaker, record: HopRecord, options: ApproachOptions): Promise<HopEnd | undefined> {
  for (const name of options.names) {
    const answer = take('ehlo', await session.ehlo(name), record)
    if (answer.kind !== 'said') return answer
    if (answer.capabilities) {
      record.capabilities = answer.capabilities
      return undefined
    }
    // Only a lasting refusal can be about the name (RFC 5321 4.1.4); 4yz and 421 are about now.
    if (answer.said.standing !== 'never') return { kind: 'answered', stage: 'ehlo', said: answer.said }
    record.rejected.push({ name, said: answer.said })
  }
  const last = record.rejected.at(-1)
  if (!last) return { kind: 'not-offered' }
  const end: HopEnd = { kind: 'answered', stage: 'ehlo', said: last.said }
  if (!options.helo || commandsOf[record.protocol].helo === undefined) return end
  const answer = take('helo', await session.helo(last.name), record)
  if (answer.kind !== 'said') return answer
  if (answer.said.standing !== 'yes') return end
  record.helo = answer.said
  return undefined
}

type Taken = Extract<Heard, { kind: 'said' }> | Extract<HopEnd, { kind: 'closed' | 'timeout' | 'malformed' }>

/** Notes what was heard, and puts what is no answer at its place in the dialogue. */
export function take(stage: Stage, heard: Heard, record: HopRecord): Taken {
  switch (heard.kind) {
    case 'said':
      noteOddities(record, heard.oddities)
      return heard
    case 'closed':
      return { kind: 'closed', stage, how: heard.how }
    case 'timeout':
      return { kind: 'timeout', stage, ms: heard.ms }
    case 'malformed':
      return { kind: 'malformed', stage, why: heard.why, shown: heard.shown }
  }
}
