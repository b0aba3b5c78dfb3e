export type ProviderKind = (typeof providerKinds)[number]

/** `esp` sends single messages for programs, `marketing` campaigns; `relay` passes on; `mailbox` is for people. */
export const providerKinds = ['esp', 'marketing', 'relay', 'mailbox'] as const

/** How a port is documented: TLS after STARTTLS, TLS from the first octet, or STARTTLS for those who care to. */
type DocumentedSecurity = 'starttls' | 'implicit' | 'optional'

/** Hosts with the same ports; read through `listEndpoints`. */
export interface Place {
  /** A host, or a host and its region. */
  readonly hosts: readonly (string | readonly [host: string, region: string])[]
  /** SMTP where nothing is said. */
  readonly protocol?: 'smtp' | 'imap' | 'pop3'
  readonly starttls?: readonly number[]
  readonly implicit?: readonly number[]
  readonly optional?: readonly number[]
  /** Ports that no source names: inferred, or from memory. */
  readonly unseen?: readonly number[]
}

/** One host and port. */
export interface ProviderEndpoint {
  readonly host: string
  readonly port: number
  readonly protocol: 'smtp' | 'imap' | 'pop3'
  readonly security: DocumentedSecurity
  readonly region: string | undefined
  /** A source names it. */
  readonly seen: boolean
}

/** What its documentation says of TLS where mail is handed in. */
export interface TlsClaims {
  /** In words; absent where nothing was read. */
  readonly words?: string
  /** Whether nothing is taken without TLS; absent where that is not said. */
  readonly demanded?: boolean
  /** The oldest version of TLS that is still taken. */
  readonly floor?: 'TLSv1.1' | 'TLSv1.2'
  /** The certificate is self-signed, and known to be. */
  readonly selfSigned?: true
}

/** A switch by which it insists on TLS towards recipients. */
interface OutboundTls {
  readonly option: string
  readonly values: readonly string[]
  readonly byDefault: string
  readonly scope: string
  /** Whether the recipient's certificate is verified; absent where that is not said. */
  readonly certificate?: string
  readonly onFailure: string
}

/** Somebody who takes mail to send it on. Nothing here decides a verdict: what its servers do does. */
export interface SendingProvider {
  /** Stable, for machines and for the command line. */
  readonly id: string
  readonly name: string
  readonly kind: ProviderKind
  /** Empty where mail is handed in by an API alone. */
  readonly places: readonly Place[]
  readonly tls: TlsClaims
  /** SASL mechanisms. */
  readonly logins: readonly string[]
  /** What its customers include in their SPF records. */
  readonly spf: readonly string[]
  /** Domains that bounces come back to; its servers lie there as well. */
  readonly returnPaths: readonly string[]
  /** Absent where no switch is documented: TLS towards recipients is opportunistic. */
  readonly outbound?: OutboundTls
  /** Domains whose mailboxes are there. */
  readonly domains?: readonly string[]
  /** What somebody who sends there should know. */
  readonly note?: string
  /** Where its documentation is. */
  readonly docs?: string
  /** Where the facts were read; none is general knowledge. */
  readonly sources: readonly string[]
  /** ISO 8601 date on which the sources were read. */
  readonly checkedOn: string
}
