import { randomBytes } from 'node:crypto'
import type { HandshakeDone } from '../tls/index.ts'
import { type Speaker, approachTls, take } from './approach.ts'
import type { Endpoint } from './dial.ts'
import { type Dialogue, isSpeech, openDialogue } from './dialogue.ts'
import { type HopOptions, beginRecord, dialHop } from './hop.ts'
import { type DialogueTimeouts, showFlight } from './plain.ts'
import type { HopEnd, HopRecord } from './record.ts'
import type { Transcript } from './transcript.ts'
import { upgrade } from './upgrade.ts'

/** What became of a command that stood in the clear behind STARTTLS. */
export type Injection =
  /** It was answered inside TLS, as if it had come encrypted (CVE-2011-0411). */
  | { readonly kind: 'executed'; readonly shown: string }
  /** It was answered before the handshake: the server goes on in the clear after its consent to TLS. */
  | { readonly kind: 'answered-in-clear'; readonly shown: string }
  | { readonly kind: 'safe'; readonly how: 'ignored' | 'refused' | 'closed' }
  | { readonly kind: 'not-tested'; readonly why: string }

export interface InjectionProbe {
  readonly record: HopRecord
  /** How the dialogue went; `secure` where it came to its end inside TLS. */
  readonly end: HopEnd
  readonly injection: Injection
}

type Outcome = Omit<InjectionProbe, 'record'>

/**
 * Slips a harmless command of ours in behind STARTTLS, in the same write, and looks whether it is obeyed: somebody on
 * the way could do so with another. Answers are counted, silence is never taken for one, so that a slow server is not
 * suspected. Octets in the clear after the consent are what is looked for here, so they end nothing early.
 */
export async function probeInjection(endpoint: Endpoint, options: HopOptions): Promise<InjectionProbe> {
  const { transcript, record } = beginRecord(endpoint, options)
  if (options.security === 'implicit') {
    return { record, end: { kind: 'not-offered' }, injection: untested('the port has TLS from its first octet') }
  }
  const dialed = await dialHop(record, options, transcript)
  if (dialed.kind === 'unreachable') return { record, end: dialed, injection: untested('no connection') }
  const dialogue = openDialogue(options.protocol, dialed.socket, { clock: options.clock, transcript })
  const nonce = `sp${randomBytes(8).toString('hex')}`
  const end = await approachTls(slipping(dialogue, nonce, options.timeouts), record, {
    names: options.names,
    unlisted: options.probe,
    helo: false,
  })
  if (end.kind === 'ready') return { record, ...(await observe(dialogue, nonce, record, options, transcript)) }
  await dialogue.quit(options.timeouts.command)
  return { record, end, injection: judgeApproach(end, record) }
}

/** What an approach asks, with the command behind STARTTLS. */
function slipping(dialogue: Dialogue, nonce: string, { greeting, command }: DialogueTimeouts): Speaker {
  return {
    greeting: async () => dialogue.hear('greeting', greeting),
    ehlo: async (name) => dialogue.ask('ehlo', command, name),
    helo: async (name) => dialogue.ask('helo', command, name),
    starttls: async () => dialogue.askWithSlip(nonce, command),
  }
}

function judgeApproach(end: HopEnd, { offered, starttls }: HopRecord): Injection {
  // A server that minds what stands behind STARTTLS refuses or hangs up (cases.md 36); one that has no STARTTLS refuses
  // that, and one that puts us off may do otherwise tomorrow.
  if (offered && starttls?.standing === 'never') return { kind: 'safe', how: 'refused' }
  if (end.kind === 'closed' && end.stage === 'starttls') return { kind: 'safe', how: 'closed' }
  if (starttls) return untested('STARTTLS with a command behind it was not granted')
  return untested('the dialogue did not come as far as the answer to STARTTLS')
}

async function observe(
  dialogue: Dialogue,
  nonce: string,
  record: HopRecord,
  options: HopOptions,
  transcript: Transcript,
): Promise<Outcome> {
  if (dialogue.buffered > 0) {
    const shown = dialogue.drain().toString('utf8').slice(0, 200)
    transcript.add('server', shown)
    dialogue.destroy()
    return { end: { kind: 'injected', shown }, injection: judgeClear(shown, record) }
  }
  const { result, flight } = await upgrade(dialogue.release(), {
    ...options,
    servername: options.sni ? record.endpoint.host : undefined,
    watch: true,
    timeoutMs: options.timeouts.handshake,
    transcript,
  })
  if (flight) record.flight = flight
  if (result.kind === 'done') {
    record.tls = result.facts
    return askInside(result, nonce, record, options, transcript)
  }
  const shown = result.why === 'not-tls' ? showFlight(flight) : ''
  if (shown !== '') return { end: { kind: 'injected', shown }, injection: judgeClear(shown, record) }
  const end: HopEnd = { kind: 'handshake-failed', failure: result, shown: '', speech: false }
  // The command's octets were taken for TLS, or minded: either way they were not obeyed.
  const broken = result.why === 'closed' || result.why === 'alert'
  return { end, injection: broken ? { kind: 'safe', how: 'closed' } : untested(`the handshake failed: ${result.detail}`) }
}

function judgeClear(shown: string, { protocol }: HopRecord): Injection {
  return isSpeech(protocol, shown)
    ? { kind: 'answered-in-clear', shown }
    : untested('something that is neither an answer nor TLS came after the consent')
}

async function askInside(
  done: HandshakeDone,
  nonce: string,
  record: HopRecord,
  options: HopOptions,
  transcript: Transcript,
): Promise<Outcome> {
  const { timeouts, clock, names, protocol } = options
  const dialogue = openDialogue(protocol, done.socket, { clock, transcript })
  const first = await dialogue.ask('ehlo', timeouts.command, names[record.rejected.length] ?? names[0] ?? 'localhost')
  const heard = take('inside', first, record)
  // An answer whose tag is not due ends the reading of IMAP, and may be the very one that is looked for.
  const slipped =
    heard.kind === 'said' || heard.kind === 'malformed' ? await dialogue.findSlipped(nonce, timeouts.command) : undefined
  dialogue.destroy()
  if (slipped?.kind === 'found') return { end: { kind: 'secure' }, injection: { kind: 'executed', shown: slipped.shown } }
  if (heard.kind !== 'said') return { end: heard, injection: untested('the dialogue broke off inside TLS') }
  const injection: Injection =
    slipped?.kind === 'none' ? { kind: 'safe', how: 'ignored' } : untested('the server broke off or fell silent inside TLS')
  return { end: { kind: 'secure' }, injection }
}

function untested(why: string): Injection {
  return { kind: 'not-tested', why }
}
