import type { Reply } from '../smtp/index.ts'
import { findExtension, replyText } from '../smtp/index.ts'
import type { HopEnd, HopRecord, Stage } from '../starttls/index.ts'
import { type CertificateProblem, verifyCertificate } from '../tls/index.ts'

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

/**
 * Judges one connection. `check` shows the judgement, `send` acts on it: there is no other place that says what a
 * server's behaviour means.
 *
 * @param now milliseconds since the epoch
 */
export function judgeHop(record: HopRecord, end: HopEnd, source: NameSource, now: number): Judgement {
  switch (end.kind) {
    case 'secure':
      return judgeSecure(record, source, now)
    case 'not-offered':
      return judgePlaintext(record)
    case 'unreachable':
      return end.cause === 'no-ipv6'
        ? { verdict: 'not-tested', cause: 'no-ipv6', words: 'this machine has no IPv6, so the address could not be tried' }
        : { verdict: 'unreachable', cause: end.cause, words: unreachableWords[end.cause] }
    case 'closed':
    case 'timeout':
      return judgeSilence(end)
    case 'malformed':
      return { verdict: 'broken', cause: 'malformed', words: `the server's answer is not SMTP: ${end.why}`, quote: end.shown }
    case 'answered':
      return judgeReply(end.stage, end.reply)
    case 'injected':
      return {
        verdict: 'broken',
        cause: 'injected',
        words: 'plaintext came after the server agreed to TLS, as in an attack',
        quote: end.shown,
      }
    case 'handshake-failed':
      return {
        verdict: 'broken',
        cause: `handshake-${end.failure.why}`,
        words:
          record.security === 'implicit' && end.failure.why === 'not-tls'
            ? 'the port does not begin with TLS: STARTTLS may be what it speaks (smtp:// or submission://)'
            : handshakeWords[end.failure.why],
        quote: end.shown === '' ? end.failure.detail : end.shown,
      }
  }
}

const unreachableWords = {
  refused: 'nothing listens there: the connection was refused',
  timeout: 'no connection came about in time; a firewall may drop it',
  reset: 'the connection was reset at once',
  'no-route': 'there is no route to the address',
  'no-ipv6': 'this machine has no IPv6',
  'no-address': 'the host has no address',
  other: 'the connection failed',
} as const

const handshakeWords = {
  timeout: 'the server agreed to TLS and then fell silent',
  closed: 'the server agreed to TLS and then closed the connection',
  'not-tls': 'the server agreed to TLS and then sent something else',
  version: 'the server has no TLS version that is still safe',
  alert: 'the server broke off the TLS handshake',
  other: 'the TLS handshake failed',
} as const

/** How each flaw of a certificate is told to a person. */
export const problemWords: Readonly<Record<CertificateProblem, string>> = {
  'no-certificate': 'the server has no certificate',
  'self-signed': 'the certificate is self-signed',
  untrusted: 'the certificate does not lead to an authority we trust',
  expired: 'the certificate has expired',
  'not-yet-valid': 'the certificate is not valid yet',
  'name-mismatch': 'the certificate is for another name',
  'weak-key': 'the key of the certificate is too short',
}

function judgeSecure(record: HopRecord, source: NameSource, now: number): Judgement {
  if (record.security === 'starttls' && !record.offered) {
    // It would work, but no sender asks for what is not offered (cases.md 18, 21).
    const judgement = judgePlaintext(record)
    return judgement.cause === 'not-offered'
      ? { ...judgement, cause: 'hidden', words: 'STARTTLS works but is not offered, so senders use plaintext' }
      : judgement
  }
  if (!record.tls) return { verdict: 'broken', cause: 'malformed', words: 'the TLS session has no facts' }
  const problems = verifyCertificate(record.tls, record.endpoint.host, now)
  const [first] = problems
  if (first)
    return {
      verdict: 'unauthenticated',
      cause: first,
      words: `encrypted, but ${problems.map((problem) => problemWords[problem]).join(' and ')}`,
    }
  return source === 'user'
    ? {
        verdict: 'authenticated',
        cause: 'user-named',
        words: 'encrypted, with a certificate that is right for the host that was named',
      }
    : { verdict: 'valid', cause: 'pkix', words: 'encrypted, with a certificate that is right for the server' }
}

function judgePlaintext(record: HopRecord): Judgement {
  if (record.helo)
    return { verdict: 'plaintext', cause: 'no-esmtp', words: 'the server does not know EHLO, or something on the way filters it' }
  if (isMangled(record))
    return { verdict: 'plaintext', cause: 'mangled', words: 'a device on the way overwrites STARTTLS (as Cisco fixup does)' }
  if (isFirstLineOnly(record))
    return { verdict: 'plaintext', cause: 'first-line', words: 'STARTTLS stands in the first line only, where it does not count' }
  return { verdict: 'plaintext', cause: 'not-offered', words: 'the server does not offer STARTTLS' }
}

/** A keyword of X's in the place of STARTTLS (cases.md 20). */
export function isMangled(record: HopRecord): boolean {
  return record.ehlo?.extensions.some((extension) => /^X{6,}[A-Z]?$/.test(extension.keyword)) ?? false
}

/** RFC 5321 4.1.1.1: the first line is the greeting, no keyword (cases.md 18). */
export function isFirstLineOnly(record: HopRecord): boolean {
  return record.ehlo !== undefined && /^starttls\b/i.test(record.ehlo.greeting.trim()) && !findExtension(record.ehlo, 'STARTTLS')
}

const stageWords: Readonly<Record<Stage, string>> = {
  greeting: 'before its greeting',
  ehlo: 'in answer to EHLO',
  helo: 'in answer to HELO',
  starttls: 'in answer to STARTTLS',
  inside: 'in answer to EHLO inside TLS',
}

function judgeSilence(end: Extract<HopEnd, { kind: 'closed' | 'timeout' }>): Judgement {
  const cause = end.kind === 'timeout' ? 'timeout' : end.how === 'reset' ? 'reset' : 'closed'
  const did = { timeout: 'fell silent', reset: 'reset the connection', closed: 'closed the connection' }[cause]
  const words = `the server ${did} ${stageWords[end.stage]}`
  // Up to EHLO nothing was agreed on: it may be overload. Once TLS was asked for, a promise was broken.
  const early = end.stage === 'greeting' || end.stage === 'ehlo' || end.stage === 'helo'
  return { verdict: early ? 'unreachable' : 'broken', cause, words }
}

function judgeReply(stage: Stage, reply: Reply): Judgement {
  const quote = replyText(reply)
  const where = stage === 'greeting' ? 'in its greeting' : stageWords[stage]
  // RFC 5321 3.8: 421 may come at any time and closes the channel; it says nothing about TLS.
  if (reply.code === 421)
    return { verdict: 'refused', cause: 'rate-limited', words: `the server refuses us for now ${where}`, quote }
  if (stage === 'greeting' || stage === 'ehlo' || stage === 'helo') {
    if (reply.code >= 400 && reply.code < 500)
      return { verdict: 'temporary', cause: `${stage}-4xx`, words: `the server puts us off ${where}`, quote }
    // RFC 5321 4.3.2: 220 greets, 250 answers EHLO. Another positive code refuses nothing, it makes no sense.
    if (reply.code < 400)
      return {
        verdict: 'broken',
        cause: 'wrong-code',
        words: `the server says ${reply.code} ${where}, which makes no sense`,
        quote,
      }
    const words = stage === 'greeting' ? 'the server refuses our address' : 'the server refuses our own name'
    return { verdict: 'refused', cause: stage === 'greeting' ? 'greeting-refused' : 'name-refused', words, quote }
  }
  if (stage === 'starttls' && reply.code >= 400 && reply.code < 500) {
    return { verdict: 'temporary', cause: 'starttls-4xx', words: 'STARTTLS is offered but not available for now', quote }
  }
  if (stage === 'starttls' && reply.code >= 500)
    return { verdict: 'broken', cause: 'starttls-refused', words: 'STARTTLS is offered but refused', quote }
  if (stage === 'starttls')
    return { verdict: 'broken', cause: 'starttls-answer', words: `STARTTLS is answered with ${reply.code} instead of 220`, quote }
  return { verdict: 'broken', cause: 'inside-refused', words: 'EHLO is refused inside TLS', quote }
}
