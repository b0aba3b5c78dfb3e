/** What a setting makes of a connection to a mail server, weakest first. */
export const modes = [
  /** TLS is never asked for. */
  'plaintext',
  /** TLS where it is offered, else in the clear: who hides the offer reads along. */
  'opportunistic',
  /** STARTTLS or nothing, with whatever certificate. */
  'required-unverified',
  /** TLS from the first octet (RFC 8314), with whatever certificate. */
  'implicit-unverified',
  /** STARTTLS or nothing, and the certificate must be right for the host. */
  'required-verified',
  /** TLS from the first octet, and the certificate must be right for the host. */
  'implicit-verified',
] as const

export type Mode = (typeof modes)[number]

const ranks: Readonly<Record<Mode, number>> = {
  plaintext: 0,
  opportunistic: 1,
  'required-unverified': 2,
  'implicit-unverified': 2,
  'required-verified': 3,
  'implicit-verified': 3,
}

/** From 0, never encrypted, to 3, encrypted to the right server. Modes of one rank are as good as each other. */
export function rankOf(mode: Mode): number {
  return ranks[mode]
}

const words: Readonly<Record<Mode, string>> = {
  plaintext: 'never encrypted',
  opportunistic: 'encrypted if the server offers it, else readable',
  'required-unverified': 'encrypted or not at all, with any certificate',
  'implicit-unverified': 'encrypted from the start, with any certificate',
  'required-verified': 'encrypted or not at all, and the server must prove who it is',
  'implicit-verified': 'encrypted from the start, and the server must prove who it is',
}

export function describeMode(mode: Mode): string {
  return words[mode]
}

/** The same with TLS from the first octet or by STARTTLS. */
export function modeOf(security: 'starttls' | 'implicit', verified: boolean): Mode {
  return `${security === 'implicit' ? 'implicit' : 'required'}-${verified ? 'verified' : 'unverified'}`
}
