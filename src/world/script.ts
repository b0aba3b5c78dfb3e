import type { SecureContextOptions } from 'node:tls'
import type { Identity } from './authority.ts'
import type { Step, StepContext } from './step.ts'
import type { Transaction } from './told.ts'

/** What happens after the 220 to STARTTLS: TLS, or something else as soon as the client has sent its first bytes. */
export type Handshake = 'tls' | 'garbage' | 'silence' | 'close' | { readonly bytes: string }

export interface ScriptTls extends SecureContextOptions {
  /** Self-signed for the script's `hostname` unless given. */
  readonly identity?: Identity
  /** Shown to a client that names no host (SNI); the same unless given. */
  readonly identityWithoutSni?: Identity
  readonly requestCert?: boolean
  /** With `requestCert`, breaks the handshake off when the client has no certificate. */
  readonly rejectUnauthorized?: boolean
}

/** Everything a scripted server can do otherwise than a good one. What is left out, it does well. */
export interface Script {
  /** `mx.scripted.test` unless given. */
  readonly hostname: string
  readonly greeting: Step
  /** The answer to EHLO before TLS. */
  readonly ehlo: Step
  readonly helo: Step
  readonly starttls: Step
  /** Bytes in the clear, in the same write as the 220 to STARTTLS. */
  readonly afterStarttls: string | ((context: StepContext) => string)
  readonly handshake: Handshake
  readonly tls: ScriptTls
  /** TLS from the first byte; the greeting comes after the handshake. */
  readonly implicitTls: boolean
  /** The answer to EHLO within TLS. */
  readonly ehloAfterTls: Step
  readonly mail: Step
  readonly rcpt: Step
  readonly data: Step
  /** The answer to the dot that ends a message. */
  readonly dot: Step
  readonly rset: Step
  readonly noop: Step
  readonly quit: Step
  /** The answer to any other command. */
  readonly other: Step
  readonly noCloseOnQuit: boolean
  /**
   * What becomes of lines that the client sent behind STARTTLS in one go: dropped (RFC 3207 4.2), run within TLS as if
   * they had come encrypted (CVE-2011-0411), or answered in the clear before the handshake.
   */
  readonly behindStarttls: 'drop' | 'run' | 'answer'
  /** Keeps the client's name, sender and recipients over STARTTLS, against RFC 3207 4.2. */
  readonly keepState: boolean
}

/** The moments at which a script has something to say. */
export type Moment = { [Key in keyof Script]: Step extends Script[Key] ? Key : never }[keyof Script]

/** Which moment a command is. */
export function findMoment(line: string, secure: boolean): Moment {
  const verb = line.split(' ', 1)[0]?.trim().toUpperCase()
  switch (verb) {
    case 'EHLO':
      return secure ? 'ehloAfterTls' : 'ehlo'
    case 'HELO':
    case 'STARTTLS':
    case 'MAIL':
    case 'RCPT':
    case 'DATA':
    case 'RSET':
    case 'NOOP':
    case 'QUIT':
      return verb.toLowerCase() as Moment
    default:
      return 'other'
  }
}

/** What a good server says. */
export function sayHappily(moment: Moment, hostname: string, secure: boolean, { helo, from, to }: Transaction): string {
  const features = ['PIPELINING', 'SIZE 36700160', '8BITMIME', 'ENHANCEDSTATUSCODES']
  switch (moment) {
    case 'greeting':
      return spellReply(220, `${hostname} ESMTP`)
    case 'ehlo':
      return spellReply(250, hostname, ...features, 'STARTTLS')
    case 'ehloAfterTls':
      return spellReply(250, hostname, ...features)
    case 'helo':
      return spellReply(250, hostname)
    case 'starttls':
      return secure ? spellReply(503, '5.5.1 TLS already active') : spellReply(220, '2.0.0 Ready to start TLS')
    case 'mail':
      return helo === undefined ? spellReply(503, '5.5.1 Say EHLO first') : spellReply(250, '2.1.0 Ok')
    case 'rcpt':
      return from === undefined ? spellReply(503, '5.5.1 Say MAIL first') : spellReply(250, '2.1.5 Ok')
    case 'data':
      return to.length === 0
        ? spellReply(503, '5.5.1 No valid recipients')
        : spellReply(354, 'End with a dot on a line of its own')
    case 'dot':
      return spellReply(250, '2.0.0 Taken')
    case 'rset':
    case 'noop':
      return spellReply(250, '2.0.0 Ok')
    case 'quit':
      return spellReply(221, '2.0.0 Bye')
    case 'other':
      return spellReply(502, '5.5.1 Command not implemented')
  }
}

/**
 * Spells a reply of one or more lines, line ends included.
 *
 * @example
 * ```ts
 * spellReply(250, 'mx.example.test', 'STARTTLS') === '250-mx.example.test\r\n250 STARTTLS\r\n'
 * ```
 */
export function spellReply(code: number, ...lines: readonly string[]): string {
  return lines.map((line, index) => `${code}${index === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('')
}
