import { type Capabilities, findExtension } from '../smtp/index.ts'

/** What a server said it can do, as far as it matters to a message; read once a connection. */
export interface Offers {
  /** Octets; undefined where there is no limit known. */
  readonly maxSize: number | undefined
  readonly size: boolean
  readonly eightBit: boolean
  readonly unicode: boolean
  readonly dsn: boolean
  readonly requireTls: boolean
  readonly pipelining: boolean
  readonly chunking: boolean
}

/** @param secure whether it was said inside TLS */
export function readOffers(capabilities: Capabilities, secure: boolean): Offers {
  const has = (keyword: string): boolean => findExtension(capabilities, keyword) !== undefined
  const size = findExtension(capabilities, 'SIZE')?.params[0] ?? ''
  // RFC 1870 4: up to 20 digits; 6.1: a zero sets no limit.
  const limit = /^\d{1,20}$/.test(size) ? Number(size) : 0
  return {
    maxSize: limit > 0 ? limit : undefined,
    size: has('SIZE'),
    eightBit: has('8BITMIME'),
    unicode: has('SMTPUTF8'),
    dsn: has('DSN'),
    // RFC 8689 4.1: the keyword counts inside TLS alone.
    requireTls: secure && has('REQUIRETLS'),
    pipelining: has('PIPELINING'),
    chunking: has('CHUNKING'),
  }
}
