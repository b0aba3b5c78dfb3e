/** The mail protocols that go over to TLS by a command: RFC 3207, RFC 2033 4.2, RFC 9051 6.2.1, RFC 2595 4, RFC 5804 2.2. */
export const protocols = ['smtp', 'lmtp', 'imap', 'pop3', 'sieve'] as const

export type Protocol = (typeof protocols)[number]

/** The few commands that are ever said of each protocol, in its own words. */
export interface Commands {
  /** What a protocol is called by people. */
  readonly name: string
  /** Asks what the server can do; with our name, where the protocol wants to know who we are. */
  readonly ehlo: string
  /** What servers without the former are greeted with. */
  readonly helo?: string
  /** Also the keyword that offers it. */
  readonly starttls: 'STARTTLS' | 'STLS'
  readonly quit: string
}

export const commandsOf: Readonly<Record<Protocol, Commands>> = {
  smtp: { name: 'SMTP', ehlo: 'EHLO', helo: 'HELO', starttls: 'STARTTLS', quit: 'QUIT' },
  // RFC 2033 4.1: LHLO takes the place of both HELO and EHLO, which must not be said.
  lmtp: { name: 'LMTP', ehlo: 'LHLO', starttls: 'STARTTLS', quit: 'QUIT' },
  imap: { name: 'IMAP', ehlo: 'CAPABILITY', starttls: 'STARTTLS', quit: 'LOGOUT' },
  pop3: { name: 'POP3', ehlo: 'CAPA', starttls: 'STLS', quit: 'QUIT' },
  sieve: { name: 'ManageSieve', ehlo: 'CAPABILITY', starttls: 'STARTTLS', quit: 'LOGOUT' },
}
