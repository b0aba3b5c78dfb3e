import { X509Certificate } from 'node:crypto'
import { type SecureContext, type SecureVersion, createSecureContext } from 'node:tls'
import { readSubject } from './certificateFields.ts'
import { foldName } from './certificateName.ts'
import { readSystemRoots } from './systemRoots.ts'

/** A TLS version as a floor. */
export type TlsFloor = Extract<SecureVersion, 'TLSv1' | 'TLSv1.2' | 'TLSv1.3'>

/**
 * Whom we trust to vouch for a server: the system's authorities (Node's own list where the system has none) and those
 * the settings name. Contexts are costly to make (each parses every root), so one is kept for each range of versions.
 */
export class Trust {
  readonly #roots: string[]
  readonly #contexts = new Map<string, SecureContext>()
  #named: Map<string, Buffer[]> | undefined
  readonly #opened = new Map<string, readonly X509Certificate[]>()

  /** @param extra further authorities, PEM */
  constructor(extra: readonly string[] = []) {
    this.#roots = [...readSystemRoots(), ...extra]
  }

  context(floor: TlsFloor, ceiling: SecureVersion = 'TLSv1.3'): SecureContext {
    const key = `${floor} ${ceiling}`
    const known = this.#contexts.get(key)
    if (known) return known
    const made = createSecureContext({
      ca: this.#roots,
      minVersion: floor,
      maxVersion: ceiling,
      // Below 1.2 only an examination goes, which wants to see what the server has and not what OpenSSL refuses.
      ...(floor === 'TLSv1' ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}),
    })
    this.#contexts.set(key, made)
    return made
  }

  /**
   * The authorities of a name, as `foldName` spells it. Only the names of all are read, once, and only when the first
   * chain is judged; certificates are opened for those asked for.
   */
  findRoots(name: string): readonly X509Certificate[] {
    this.#named ??= indexRoots(this.#roots)
    const opened = this.#opened.get(name) ?? this.#named.get(name)?.map((der) => new X509Certificate(der))
    // Names that are none of ours come from peers: nothing is kept for them.
    if (opened) this.#opened.set(name, opened)
    return opened ?? []
  }
}

function indexRoots(pems: readonly string[]): Map<string, Buffer[]> {
  const named = new Map<string, Buffer[]>()
  // A file of the settings may hold several; a system's list holds many a root twice.
  for (const pem of [...new Set(pems)].flatMap(
    (text) => text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [],
  )) {
    const der = Buffer.from(pem.slice(27, -25), 'base64')
    const subject = readSubject(der)
    if (!subject) continue
    const name = foldName(subject)
    const known = named.get(name)
    if (!known) named.set(name, [der])
    else if (!known.some((other) => other.equals(der))) known.push(der)
  }
  return named
}
