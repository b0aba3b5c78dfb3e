import type { HostResult } from '../check/index.ts'

/** The three questions put to every port, and how they were answered. Where TLS comes first, nothing is asked in the clear. */
export interface Answers {
  /** Is STARTTLS offered? `hidden` where it works without being offered. */
  readonly starttls: 'offered' | 'hidden' | 'not-offered' | 'unknown' | 'not-asked'
  /** Is a log-in offered before it? `password` where the mechanism shows the password, `challenge` where it does not. */
  readonly authBeforeTls: 'none' | 'password' | 'challenge' | 'unknown' | 'not-asked'
  /** What is MAIL after EHLO answered with, without TLS? `refused-530` demands TLS, `log-in` is a 530 that demands that. */
  readonly plainMail: 'refused-530' | 'log-in' | 'refused' | 'taken' | 'unknown' | 'not-asked'
}

const notAsked: Answers = { starttls: 'not-asked', authBeforeTls: 'not-asked', plainMail: 'not-asked' }

export function answerQuestions(host: HostResult): Answers {
  if (host.security === 'implicit') return notAsked
  return {
    starttls: findStarttls(host),
    authBeforeTls: findAuth(host),
    plainMail: host.protocol === 'smtp' ? findMail(host) : 'not-asked',
  }
}

const notOffered: ReadonlySet<string> = new Set(['not-offered', 'no-esmtp', 'mangled', 'first-line', 'preauth'])

function findStarttls({ verdict, cause, inTheClear }: HostResult): Answers['starttls'] {
  if (cause === 'hidden') return 'hidden'
  if (notOffered.has(cause)) return 'not-offered'
  if (!inTheClear?.offers) return 'unknown'
  // Whatever came afterwards: it was offered.
  const { offers } = inTheClear
  const listed = offers.some(({ keyword }) => keyword === 'STARTTLS' || keyword === 'STLS')
  return listed || verdict === 'authenticated' || verdict === 'valid' || verdict === 'unauthenticated' ? 'offered' : 'unknown'
}

function findAuth({ findings, inTheClear, protocol }: HostResult): Answers['authBeforeTls'] {
  if (findings.some(({ rule }) => rule === 'auth-in-clear')) return 'password'
  if (!inTheClear?.offers) return 'unknown'
  const { offers } = inTheClear
  if (protocol === 'imap') return rankMechanisms(offers.flatMap(({ keyword }) => /^AUTH=(.+)$/i.exec(keyword)?.[1] ?? []))
  const keyword = protocol === 'smtp' ? 'AUTH' : 'SASL'
  return rankMechanisms(offers.find((offer) => offer.keyword === keyword)?.params ?? [])
}

/** RFC 4616 (PLAIN) and LOGIN hand the password over, and so does XOAUTH2 with its token; the others prove that it is known. */
function rankMechanisms(mechanisms: readonly string[]): Answers['authBeforeTls'] {
  if (mechanisms.length === 0) return 'none'
  return mechanisms.some((name) => /^(?:PLAIN|LOGIN|XOAUTH2|OAUTHBEARER)$/i.test(name)) ? 'password' : 'challenge'
}

/** RFC 3207 4: 530 is the answer of a server that demands TLS. */
function findMail({ inTheClear }: HostResult): Answers['plainMail'] {
  switch (inTheClear?.mail?.demand) {
    case 'tls':
      return 'refused-530'
    case 'log-in':
      return 'log-in'
    case 'none':
      return 'taken'
    case 'unknown':
      return 'refused'
    case undefined:
      return 'unknown'
  }
}
