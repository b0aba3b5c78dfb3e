import { assignedSuites } from './assignedSuites.ts'
import { strangeSuites } from './strangeSuites.ts'
import { readParts, type SuiteParts } from './suiteParts.ts'

/** A cipher suite, with what its name says taken apart. */
export interface CipherSuite extends SuiteParts {
  /** Two octets, 0x0000 to 0xffff. */
  readonly id: number
  /** As IANA spells it, `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`; for what IANA never had, the name its makers used. */
  readonly name: string
  /** OpenSSL's name where it has or had one, `ECDHE-RSA-AES128-GCM-SHA256`. */
  readonly openssl: string | undefined
}

/** What stands among the suites of a ClientHello and is none: no server may choose it (RFC 5746 3.3, RFC 7507 2). */
export const signallingValues: ReadonlyMap<number, string> = new Map([
  [0x00ff, 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV'],
  [0x5600, 'TLS_FALLBACK_SCSV'],
])

/** All cipher suites, by number: those of IANA, and those that servers had without asking IANA. */
export const suites: readonly CipherSuite[] = [...assignedSuites, ...strangeSuites]
  .flatMap(([id, name, openssl]) => {
    const parts = readParts(id, name)
    return parts ? [{ id, name, openssl, ...parts }] : []
  })
  .toSorted((one, other) => one.id - other.id)

const byId = new Map(suites.map((suite) => [suite.id, suite]))

export function readSuite(id: number): CipherSuite | undefined {
  return byId.get(id)
}
