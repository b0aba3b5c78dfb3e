import { quoteErrors, wrongModes } from './wrongMode.ts'

export type DifferenceKind = keyof typeof differenceRegistry

/** Something that is otherwise than documented; or as documented, and worth knowing (`remark`). */
export interface Difference {
  readonly kind: DifferenceKind
  readonly severity: 'high' | 'medium' | 'remark'
  /** What the documentation says. */
  readonly documented: string
  /** What was seen; text of the server in it is escaped. */
  readonly seen: string
}

/** What each difference is, why it matters and what to do, in the words of the report. */
export const differenceRegistry = {
  'starttls-missing': {
    title: 'STARTTLS is documented and not offered',
    why: 'A program set to use TLS when it is offered hands in passwords and mail in plaintext.',
    next: 'Set the program to demand TLS. Check from another network: if STARTTLS is offered there, something on the way here takes it out.',
  },
  'starttls-hidden': {
    title: 'STARTTLS works and is not offered',
    why: 'Programs ask only for what is offered; something on the way may be taking the offer out.',
    next: 'Set the program to demand TLS, and check from another network.',
  },
  'starttls-fails': {
    title: 'STARTTLS is documented and does not come about',
    why: 'Programs that demand TLS cannot send, and others go on in plaintext.',
    next: 'Use another of the documented ports, and show the provider the transcript (-v).',
  },
  'implicit-instead': {
    title: 'The port has TLS from the first octet, and STARTTLS is documented',
    why: `A program set to STARTTLS fails: ${quoteErrors(wrongModes['starttls-at-implicit'])}.`,
    next: wrongModes['starttls-at-implicit'].next,
  },
  'plaintext-instead': {
    title: 'The port begins in plaintext, and implicit TLS is documented',
    why: `A program set to implicit TLS fails: ${quoteErrors(wrongModes['implicit-at-starttls'])}.`,
    next: wrongModes['implicit-at-starttls'].next,
  },
  'implicit-fails': {
    title: 'Implicit TLS is documented and does not come about',
    why: 'No program can send over this port.',
    next: 'Use another of the documented ports, and show the provider the transcript (-v).',
  },
  'auth-before-tls': {
    title: 'A log-in is offered before TLS',
    why: 'A program that does not demand TLS sends the password, or the API key, for everybody on the way to read.',
    next: 'Set the program to demand TLS, or use a port with implicit TLS.',
  },
  'mail-in-clear': {
    title: 'MAIL is taken in plaintext instead of being refused with 530',
    why: 'A program that loses STARTTLS, or whose STARTTLS is taken away, hands in its mail in plaintext and is not stopped.',
    next: 'Set the program to demand TLS, or use a port with implicit TLS.',
  },
  'old-tls': {
    title: 'Versions of TLS are taken that are said to have ended',
    why: 'TLS 1.0 and 1.1 are deprecated (RFC 8996), and who can steer a connection may bring it down to them.',
    next: 'Set TLS 1.2 as the oldest version in the program that sends.',
  },
  certificate: {
    title: 'The certificate is not right for the documented host',
    why: 'A program that verifies cannot send; one that does not hands its password to whoever answers.',
    next: 'Never switch verification off: use the host name of the documentation, and ask the provider.',
  },
  'port-closed': {
    title: 'The documented port is closed',
    why: 'Programs set to it cannot send.',
    next: 'Use another of the documented ports.',
  },
  'host-gone': {
    title: 'The documented host has no address',
    why: 'Programs set to it cannot send.',
    next: 'Look the host up in the documentation of the provider.',
  },
} as const

/** Whether it is below what was promised, rather than only worth knowing. */
export function isGrave({ severity }: Difference): boolean {
  return severity !== 'remark'
}
