import { take } from './approach.ts'
import type { Dialogue, Heard } from './dialogue.ts'
import type { DialogueTimeouts } from './plain.ts'
import { type HopEnd, type HopRecord, noteOddities } from './record.ts'

interface InsideOptions {
  readonly name: string
  readonly timeouts: DialogueTimeouts
}

/** Listens inside TLS to what the server says it can do: RFC 3207 4.2, only what is said there is believed. */
export async function greetInside(dialogue: Dialogue, record: HopRecord, options: InsideOptions): Promise<HopEnd> {
  if (record.security === 'implicit') {
    const greeting = take('greeting', await dialogue.hear('greeting', options.timeouts.greeting), record)
    if (greeting.kind !== 'said') return greeting
    record.greeting = greeting.said
    record.greetingMs = greeting.ms
    if (greeting.said.standing !== 'yes') return { kind: 'answered', stage: 'greeting', said: greeting.said }
    if (greeting.capabilities) {
      record.inside = greeting.capabilities
      return { kind: 'secure' }
    }
  }
  const answer = take('inside', await askInside(dialogue, record, options), record)
  if (answer.kind !== 'said') return answer
  if (answer.capabilities) record.inside = answer.capabilities
  if (answer.said.standing === 'yes' || answer.oddities.includes('capa-unsupported')) return { kind: 'secure' }
  return { kind: 'answered', stage: 'inside', said: answer.said }
}

async function askInside(dialogue: Dialogue, record: HopRecord, { name, timeouts }: InsideOptions): Promise<Heard> {
  if (record.protocol !== 'sieve' || record.security === 'implicit') return dialogue.ask('ehlo', timeouts.command, name)
  // RFC 5804 2.2: the list comes unasked after TLS. Where it does not, silence would have to be waited out to tell; the
  // answer to a NOOP (2.13) comes behind the list, or alone.
  const first = await dialogue.ask('sync', timeouts.command)
  if (first.kind !== 'said') return first
  if (!first.capabilities) {
    noteOddities(record, ['capabilities-not-resent', ...first.oddities])
    return first.said.standing === 'closing' ? first : dialogue.ask('ehlo', timeouts.command)
  }
  const second = await dialogue.hear('sync', timeouts.command)
  return second.kind === 'said' && second.said.standing !== 'closing' ? first : second
}
