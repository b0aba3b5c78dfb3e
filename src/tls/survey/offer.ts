import type { ClientHello } from '../hello/index.ts'
import { groups, signatureSchemes, suites } from '../registry/index.ts'

/** TLS_EMPTY_RENEGOTIATION_INFO_SCSV (RFC 5746 3.3): the extension's stand-in for servers that know no extensions. */
const renegotiationScsv = 0x00ff

/** Suites of TLS 1.2 and before, and of TLS 1.3. */
export const suitesBefore13: readonly number[] = suites.filter(({ since }) => since < 0x0304).map(({ id }) => id)
export const suitesOf13: readonly number[] = suites.filter(({ since }) => since === 0x0304).map(({ id }) => id)

export const groupsBefore13: readonly number[] = groups
  // Curves whose parameters the server would have to spell out (RFC 8422 5.1.1 forbids them) have no size.
  .filter(({ tls12, bits }) => tls12 && bits > 0)
  .map(({ id }) => id)
export const groupsOf13: readonly number[] = groups.filter(({ tls13 }) => tls13).map(({ id }) => id)

const schemes: readonly number[] = signatureSchemes.map(({ id }) => id)

/** What is asked about a server. */
interface Wish {
  readonly version: number
  readonly suites: readonly number[]
  readonly servername: string | undefined
  readonly groups?: readonly number[]
  readonly schemes?: readonly number[]
}

/**
 * A hello that offers everything a server could answer to, so that one connection shows as much as it can. RFC 8446
 * 4.2: what is offered there is for TLS 1.3 alone; SSL 3.0 has no extensions, but its servers skip them.
 */
export function offer({ version, suites, servername, groups, schemes: wanted }: Wish): ClientHello {
  if (version === 0x0304) {
    return {
      version,
      suites,
      servername,
      groups: groups ?? groupsOf13,
      // No share at all: the server answers with a HelloRetryRequest, which names suite and group (RFC 8446 4.2.8).
      keyShares: [],
      signatureSchemes: wanted ?? schemes,
      sessionId: Buffer.alloc(0),
    }
  }
  return {
    version,
    suites: [...suites, renegotiationScsv],
    servername,
    groups: groups ?? groupsBefore13,
    // RFC 5246 7.4.1.4.1: clients before TLS 1.2 do not send it.
    signatureSchemes: version >= 0x0303 ? (wanted ?? schemes) : [],
    compression: [1, 0],
    ticket: Buffer.alloc(0),
    extendedMasterSecret: true,
    encryptThenMac: true,
    heartbeat: true,
    statusRequest: true,
    renegotiationInfo: true,
  }
}
