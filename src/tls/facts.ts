import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { type CertificateFacts, readCertificate } from './certificate.ts'
import { type CertificateJudgement, judgeCertificates } from './certificateJudgement.ts'
import { type CertificateRequest, readWatched } from './hello/index.ts'
import { readGroup } from './registry/index.ts'
import type { Trust } from './trust.ts'

/** What a finished handshake showed. */
export interface TlsFacts extends CertificateJudgement {
  /** `TLSv1.3`, as OpenSSL names it. */
  readonly version: string
  /** The IANA name of the cipher suite. */
  readonly cipher: string
  /** The group of the key exchange, `X25519` or `prime256v1`; undefined for static RSA, or where OpenSSL does not say. */
  readonly group: string | undefined
  readonly forwardSecrecy: boolean
  readonly resumed: boolean
  /**
   * Of a session that a sender resumed: milliseconds since the epoch of the full handshake, which showed the certificates.
   * All that hangs on them is remembered from there.
   */
  readonly provenAt?: number
  /** The name sent as SNI (RFC 6066 3); undefined where none was. */
  readonly servername: string | undefined
  /** Leaf first, as the server sent it and OpenSSL put it in order; empty where it could not be read. */
  readonly chain: readonly CertificateFacts[]
  /** The same in DER. */
  readonly shown: readonly Buffer[]
  /** OpenSSL's word on why the chain does not lead to a trusted root, such as `CERT_HAS_EXPIRED`; undefined where it does. */
  readonly trustError: string | undefined
  /** What an examination read from the octets themselves; a sender does without. */
  readonly watched?: WatchedFacts
}

interface WatchedFacts {
  /** DER, in the order the server sent them; undefined where they could not be read. */
  readonly sent: readonly Buffer[] | undefined
  /** OCSPResponse in DER (RFC 6066 8). */
  readonly staple: Buffer | undefined
  readonly clientCertificate: CertificateRequest | undefined
  /** HelloRetryRequests before the ServerHello (RFC 8446 4.1.4). */
  readonly retries: number
}

interface Watching {
  /** What came from the first octet of TLS on. */
  readonly bytes: Buffer
  /** Of a handshake of TLS 1.3 (`HandshakeDone.secret`). */
  readonly secret: Buffer | undefined
  readonly trust: Trust
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Adds what the server's octets show; the group by its registered name, which OpenSSL does not tell of hybrids. */
export function addWatched(facts: TlsFacts, { bytes, secret, trust, now }: Watching): TlsFacts {
  const seen = readWatched(bytes, secret)
  if (!seen) return facts
  const { sent, staple, certificateRequest, retries, hello } = seen
  const group = facts.group ?? (hello.group === undefined ? undefined : readGroup(hello.group)?.name)
  // What a resumed session does not show was remembered.
  if (facts.provenAt !== undefined) return { ...facts, group }
  return {
    ...facts,
    ...judgeCertificates({ sent, staple }, trust, now),
    group,
    watched: { sent, staple, clientCertificate: certificateRequest, retries },
  }
}

/** Limit on certificates read from one peer. */
const maxChain = 10

export function readFacts(socket: TLSSocket, servername: string | undefined): TlsFacts {
  const cipher = socket.getCipher()
  const ephemeral = socket.getEphemeralKeyInfo()
  const version = socket.getProtocol() ?? 'unknown'
  // RFC 5246 7.3: before 1.3, a resumed session agrees on no key of its own, and OpenSSL tells the group of the first.
  const wasAgreed = version === 'TLSv1.3' || !socket.isSessionReused()
  return {
    version,
    cipher: cipher.standardName ?? cipher.name,
    group: wasAgreed && ephemeral && 'name' in ephemeral && typeof ephemeral.name === 'string' ? ephemeral.name : undefined,
    // RFC 8446: TLS 1.3 has no other kind; before, the suite's name tells.
    forwardSecrecy: version === 'TLSv1.3' || /^(?:TLS_)?(?:EC)?DHE[_-]/.test(cipher.standardName ?? cipher.name),
    resumed: socket.isSessionReused(),
    servername,
    ...readChain(socket),
    trustError: trustError(socket),
  }
}

/** Typed as an Error, but OpenSSL's code as a string in fact. */
function trustError(socket: TLSSocket): string | undefined {
  const error: unknown = socket.authorizationError
  if (error === null || error === undefined) return undefined
  if (typeof error === 'string') return error
  return error instanceof Error ? ('code' in error ? String(error.code) : error.message) : 'UNKNOWN'
}

function readChain(socket: TLSSocket): Pick<TlsFacts, 'chain' | 'shown'> {
  const chain: CertificateFacts[] = []
  const shown: Buffer[] = []
  for (const der of readPeerChain(socket)) {
    const facts = readCertificate(der)
    if (!facts) break
    chain.push(facts)
    shown.push(der)
  }
  return { chain, shown }
}

/**
 * The certificates of a handshake in DER, leaf first and each before its issuer. Not quite what was sent: what leads
 * nowhere is left out, and a root of ours may stand at the end; `WatchedFacts.sent` is exact.
 */
export function readPeerChain(socket: TLSSocket): readonly Buffer[] {
  const chain: Buffer[] = []
  // A server without a certificate (anonymous suites) gives an empty object.
  let current: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true)
  while (current?.raw && chain.length < maxChain) {
    const { raw } = current
    if (chain.some((der) => der.equals(raw))) break
    chain.push(raw)
    current = current.issuerCertificate
  }
  return chain
}
