import type { HostResult } from '../check/index.ts'

/** How far a connection came: each of these is somebody else's to mend. */
export interface Reach {
  readonly kind:
    | 'reached'
    /** TCP got no answer: something on the way drops it. */
    | 'blocked'
    /** TCP was answered with a no: nothing listens there. */
    | 'closed'
    /** Connected, and then nothing, or the end. */
    | 'silent'
    /** The server itself said that it would not. */
    | 'turned-away'
    /** TLS was begun and did not come to its end. */
    | 'handshake-refused'
    | 'no-address'
    /** This machine could not try. */
    | 'not-tried'
  readonly words: string
  /** What to do about it; absent where nothing must be done. */
  readonly next?: string
}

/** Networks let mail out at these ports least (RFC 6409 1 says why there is another than 25). */
const port25 =
  'Many networks and cloud hosts block port 25 towards the outside: use another of the documented ports, or ask the network for port 25.'

export function describeReach(host: HostResult): Reach {
  const { verdict, cause, words } = host
  if (cause === 'no-ipv6') return { kind: 'not-tried', words: 'this machine has no IPv6' }
  if (verdict === 'not-tested') return { kind: 'not-tried', words }
  if (cause === 'dns')
    return { kind: 'not-tried', words, next: 'Check again later, or with another name server in the settings.' }
  if (cause === 'no-address')
    return { kind: 'no-address', words, next: 'The host may be gone: look it up in the documentation of the provider.' }
  if (verdict === 'unreachable') return host.inTheClear?.connected === true ? describeSilence(host) : describeDialing(host)
  if (verdict === 'refused' || verdict === 'temporary')
    return { kind: 'turned-away', words, next: 'That says nothing about TLS: check again later, or from the network that sends.' }
  if (cause.startsWith('handshake-') && cause !== 'handshake-not-tls')
    return {
      kind: 'handshake-refused',
      words,
      next: 'The port is open and TLS was begun: this is no blocked port. Show the provider the transcript (-v).',
    }
  return { kind: 'reached', words: 'reached' }
}

function describeDialing({ cause, port, words }: HostResult): Reach {
  if (cause === 'refused') return { kind: 'closed', words: 'nothing listens there', next: 'Use another of the documented ports.' }
  const next =
    port === 25
      ? port25
      : 'A firewall on the way drops the connection, here or there: try from another network before the provider is asked.'
  return { kind: 'blocked', words: cause === 'timeout' ? 'no answer: the port is blocked on the way' : words, next }
}

function describeSilence({ port, words }: HostResult): Reach {
  const next =
    port === 25
      ? `Something that stands in for the server may have taken the connection. ${port25}`
      : 'The server is overloaded, or something on the way took the connection: check again later, and from another network.'
  return { kind: 'silent', words, next }
}
