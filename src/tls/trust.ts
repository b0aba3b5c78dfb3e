import { type SecureContext, type SecureVersion, createSecureContext, getCACertificates } from 'node:tls'

/** A TLS version as a floor. */
export type TlsFloor = Extract<SecureVersion, 'TLSv1' | 'TLSv1.2' | 'TLSv1.3'>

/**
 * Whom we trust to vouch for a server: the system's authorities (Node's own list where the system has none) and those
 * the settings name. Contexts are costly to make (each parses every root), so one is kept for each floor.
 */
export class Trust {
  readonly #roots: string[]
  readonly #contexts = new Map<TlsFloor, SecureContext>()

  /** @param extra further authorities, PEM */
  constructor(extra: readonly string[] = []) {
    const system = getCACertificates('system')
    this.#roots = [...(system.length > 0 ? system : getCACertificates('bundled')), ...extra]
  }

  context(floor: TlsFloor): SecureContext {
    const known = this.#contexts.get(floor)
    if (known) return known
    const made = createSecureContext({
      ca: this.#roots,
      minVersion: floor,
      // Below 1.2 only an examination goes, which wants to see what the server has and not what OpenSSL refuses.
      ...(floor === 'TLSv1' ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}),
    })
    this.#contexts.set(floor, made)
    return made
  }
}
