import { createHash } from 'node:crypto'
import { findExtension } from '../smtp/index.ts'
import { type HopEnd, type HopRecord, type Protocol, type Said, type Stage, commandsOf } from '../starttls/index.ts'
import { type UsableTlsa, describeMatch, matchDane } from '../dane/index.ts'
import { type TlsFacts, verifyCertificate } from '../tls/index.ts'
import { handshakeWords, problemWords, unreachableWords } from './cause.ts'

/** The class of a hop. What could not be tested is never counted as plaintext, nor as safe. */
export const verdicts = [
  'authenticated',
  'valid',
  'unauthenticated',
  'plaintext',
  'broken',
  'temporary',
  'refused',
  'unreachable',
  'no-mail',
  'not-tested',
] as const

export type Verdict = (typeof verdicts)[number]

/** A verdict with its ground. */
export interface Judgement {
  readonly verdict: Verdict
  /** A stable word for machines, such as `not-offered`. */
  readonly cause: string
  /** The same for people, without what the server wrote. */
  readonly words: string
  /** What the server wrote, where it did: hostile, not yet escaped. */
  readonly quote?: string | undefined
}

/** Where the host's name came from: the user's own word is trusted, unsigned DNS is not. */
export type NameSource = 'user' | 'dns'

/** Who vouches for it that this is the right host, and by what it is told (`Voucher` in `demand.ts`). */
export type Vouching = NameSource | 'sts' | DaneVouching

/** TLSA records that stand in the place of PKIX (RFC 7672 2.2). */
export interface DaneVouching {
  readonly kind: 'dane'
  readonly records: readonly UsableTlsa[]
  /** What the certificate may be for, with usage 2. */
  readonly names: readonly string[]
  /** Whether it is secure that the domain's mail goes to this host. */
  readonly mxSecure: boolean
}

/**
 * Judges one connection. `check` shows the judgement, `send` acts on it: there is no other place that says what a
 * server's behaviour means.
 *
 * @param now milliseconds since the epoch
 */
export function judgeHop(record: HopRecord, end: HopEnd, vouching: Vouching, now: number): Judgement {
  switch (end.kind) {
    case 'secure':
      return judgeSecure(record, vouching, now)
    case 'not-offered':
      return judgePlaintext(record)
    case 'unreachable':
      return end.cause === 'no-ipv6'
        ? { verdict: 'not-tested', cause: 'no-ipv6', words: 'this machine has no IPv6, so the address could not be tried' }
        : { verdict: 'unreachable', cause: end.cause, words: unreachableWords[end.cause] }
    case 'closed':
    case 'timeout':
      return judgeSilence(record.protocol, end)
    case 'malformed':
      return {
        verdict: 'broken',
        cause: 'malformed',
        words: `the server's answer is not ${commandsOf[record.protocol].name}: ${end.why}`,
        quote: end.shown,
      }
    case 'answered':
      return judgeSaid(record.protocol, end.stage, end.said)
    case 'injected':
      return {
        verdict: 'broken',
        cause: 'injected',
        words: 'plaintext came after the server agreed to TLS, as in an attack',
        quote: end.shown,
      }
    case 'handshake-failed':
      return judgeHandshake(record, end)
  }
}

function judgeHandshake(record: HopRecord, end: Extract<HopEnd, { kind: 'handshake-failed' }>): Judgement {
  const quote = end.shown === '' ? end.failure.detail : end.shown
  // RFC 8314 3.3: on a port for implicit TLS nothing is said in the clear (cases.md 49).
  if (record.security === 'implicit' && end.speech)
    return {
      verdict: 'broken',
      cause: 'not-implicit-tls',
      words: `this is not implicit TLS: the port speaks ${commandsOf[record.protocol].name} in the clear, and may offer ${commandsOf[record.protocol].starttls} there`,
      quote,
    }
  const words =
    record.security === 'implicit' && end.failure.why === 'not-tls'
      ? `the port does not begin with TLS: ${commandsOf[record.protocol].starttls} may be what it speaks`
      : handshakeWords[end.failure.why]
  return { verdict: 'broken', cause: `handshake-${end.failure.why}`, words, quote }
}

function judgeSecure(record: HopRecord, vouching: Vouching, now: number): Judgement {
  if (record.security === 'starttls' && !record.offered) {
    // It would work, but no sender asks for what is not offered (cases.md 18, 21).
    const judgement = judgePlaintext(record)
    return judgement.cause === 'not-offered'
      ? {
          ...judgement,
          cause: 'hidden',
          words: `${commandsOf[record.protocol].starttls} works but is not offered, so ${record.protocol === 'smtp' || record.protocol === 'lmtp' ? 'senders' : 'clients'} use plaintext`,
        }
      : judgement
  }
  if (!record.tls) return { verdict: 'broken', cause: 'malformed', words: 'the TLS session has no facts' }
  if (typeof vouching === 'object') return judgeDane(record.tls, vouching, now)
  const problems = verifyCertificate(record.tls, record.endpoint.host, now)
  const [first] = problems
  if (first)
    return {
      verdict: 'unauthenticated',
      cause: first,
      words: `encrypted, but ${problems.map((problem) => problemWords[problem]).join(' and ')}`,
    }
  switch (vouching) {
    case 'user':
      return {
        verdict: 'authenticated',
        cause: 'user-named',
        words: 'encrypted, with a certificate that is right for the host that was named',
      }
    case 'sts':
      return {
        verdict: 'authenticated',
        cause: 'mta-sts',
        words: "encrypted, with a certificate that is right for a host that the domain's MTA-STS policy names",
      }
    case 'dns':
      return { verdict: 'valid', cause: 'pkix', words: 'encrypted, with a certificate that is right for the server' }
  }
}

/** RFC 7672 3: TLSA records alone decide; with usage 3 neither name nor dates nor authorities matter (case 50). */
function judgeDane(tls: TlsFacts, { records, names, mxSecure }: DaneVouching, now: number): Judgement {
  const match = matchDane({ records }, provenChain(tls), { names, now })
  const words = describeMatch(match)
  if (match.kind === 'failed') return { verdict: 'unauthenticated', cause: 'dane-mismatch', words: `encrypted, but ${words}` }
  return mxSecure
    ? { verdict: 'authenticated', cause: 'dane', words: `encrypted, and ${words}` }
    : {
        verdict: 'valid',
        cause: 'dane-mx-insecure',
        words: `encrypted, and ${words}; but the MX record that names the host is not signed`,
      }
}

/**
 * What was sent, if its first certificate is the one that TLS itself was shown: the octets on the wire are read by a
 * reader of our own, and records matched against what it alone saw would prove nothing. Without: no match.
 */
function provenChain({ chain, watched }: TlsFacts): readonly Buffer[] {
  const leaf = watched?.sent?.[0]
  const proven = leaf !== undefined && createHash('sha256').update(leaf).digest('hex') === chain[0]?.sha256
  return proven ? (watched?.sent ?? []) : []
}

function judgePlaintext(record: HopRecord): Judgement {
  if (record.oddities.includes('preauth'))
    return {
      verdict: 'plaintext',
      cause: 'preauth',
      words: 'the server takes us for logged in already (PREAUTH), after which STARTTLS is impossible',
    }
  if (record.helo)
    return { verdict: 'plaintext', cause: 'no-esmtp', words: 'the server does not know EHLO, or something on the way filters it' }
  if (isMangled(record))
    return { verdict: 'plaintext', cause: 'mangled', words: 'a device on the way overwrites STARTTLS (as Cisco fixup does)' }
  if (isFirstLineOnly(record))
    return { verdict: 'plaintext', cause: 'first-line', words: 'STARTTLS stands in the first line only, where it does not count' }
  return {
    verdict: 'plaintext',
    cause: 'not-offered',
    words: `the server does not offer ${commandsOf[record.protocol].starttls}`,
  }
}

/** A keyword of X's in the place of STARTTLS (cases.md 20). */
export function isMangled(record: HopRecord): boolean {
  return record.capabilities?.extensions.some((extension) => /^X{6,}[A-Z]?$/.test(extension.keyword)) ?? false
}

/** RFC 5321 4.1.1.1: the first line is the greeting, no keyword (cases.md 18). */
export function isFirstLineOnly(record: HopRecord): boolean {
  const { capabilities } = record
  return (
    capabilities !== undefined && /^starttls\b/i.test(capabilities.greeting.trim()) && !findExtension(capabilities, 'STARTTLS')
  )
}

function describeStage(protocol: Protocol, stage: Stage): string {
  const { ehlo, helo, starttls } = commandsOf[protocol]
  switch (stage) {
    case 'greeting':
      return 'before its greeting'
    case 'ehlo':
      return `in answer to ${ehlo}`
    case 'helo':
      return `in answer to ${helo ?? ehlo}`
    case 'starttls':
      return `in answer to ${starttls}`
    case 'inside':
      return `in answer to ${ehlo} inside TLS`
  }
}

function judgeSilence(protocol: Protocol, end: Extract<HopEnd, { kind: 'closed' | 'timeout' }>): Judgement {
  const cause = end.kind === 'timeout' ? 'timeout' : end.how === 'reset' ? 'reset' : 'closed'
  const did = { timeout: 'fell silent', reset: 'reset the connection', closed: 'closed the connection' }[cause]
  const words = `the server ${did} ${describeStage(protocol, end.stage)}`
  // Up to EHLO nothing was agreed on: it may be overload. Once TLS was asked for, a promise was broken.
  const early = end.stage === 'greeting' || end.stage === 'ehlo' || end.stage === 'helo'
  return { verdict: early ? 'unreachable' : 'broken', cause, words }
}

function judgeSaid(protocol: Protocol, stage: Stage, said: Said): Judgement {
  const quote = said.text
  const where = stage === 'greeting' ? 'in its greeting' : describeStage(protocol, stage)
  // RFC 5321 3.8: 421 may come at any time and closes the channel, as BYE does; it says nothing about TLS.
  if (said.standing === 'closing')
    return { verdict: 'refused', cause: 'rate-limited', words: `the server refuses us for now ${where}`, quote }
  switch (stage) {
    case 'greeting':
    case 'ehlo':
    case 'helo':
      return judgeEarly(protocol, stage, where, said)
    case 'starttls':
      return judgeStarttls(protocol, said)
    case 'inside':
      return {
        verdict: 'broken',
        cause: 'inside-refused',
        words: `${commandsOf[protocol].ehlo} is refused inside TLS`,
        quote,
      }
  }
}

function judgeEarly(protocol: Protocol, stage: 'greeting' | 'ehlo' | 'helo', where: string, said: Said): Judgement {
  const quote = said.text
  if (said.standing === 'later')
    return { verdict: 'temporary', cause: `${stage}-4xx`, words: `the server puts us off ${where}`, quote }
  // RFC 5321 4.3.2: 220 greets, 250 answers EHLO. Another positive code refuses nothing, it makes no sense.
  if (said.standing !== 'never') {
    const what = said.reply ? `says ${said.reply.code}` : 'says something'
    return { verdict: 'broken', cause: 'wrong-code', words: `the server ${what} ${where}, which makes no sense`, quote }
  }
  if (stage === 'greeting')
    return { verdict: 'refused', cause: 'greeting-refused', words: 'the server refuses our address', quote }
  if (protocol === 'smtp' || protocol === 'lmtp')
    return { verdict: 'refused', cause: 'name-refused', words: 'the server refuses our own name', quote }
  const words = `the server refuses ${commandsOf[protocol].ehlo}, which asks no more than what it can do`
  return { verdict: 'broken', cause: 'capabilities-refused', words, quote }
}

function judgeStarttls(protocol: Protocol, said: Said): Judgement {
  const { starttls } = commandsOf[protocol]
  const quote = said.text
  switch (said.standing) {
    case 'later':
      return { verdict: 'temporary', cause: 'starttls-4xx', words: `${starttls} is offered but not available for now`, quote }
    case 'never':
      return { verdict: 'broken', cause: 'starttls-refused', words: `${starttls} is offered but refused`, quote }
    default: {
      const what = said.reply ? `${said.reply.code} instead of 220` : 'something that is no consent'
      return { verdict: 'broken', cause: 'starttls-answer', words: `${starttls} is answered with ${what}`, quote }
    }
  }
}
