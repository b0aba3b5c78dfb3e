import { type Der, readBoolean, readChildren, readDer, readFlags, readInteger, readOid, tags } from './der.ts'

/** What the extensions of a certificate say (RFC 5280 4.2). Text in it comes from the peer and is hostile. */
export interface CertificateExtensions {
  /** Whether it may certify others (basicConstraints). */
  readonly authority: boolean
  /** How many authorities may follow below it; undefined for any number. */
  readonly pathLength: number | undefined
  /** Undefined where the extension is missing: any use. */
  readonly keyUsage: readonly KeyUse[] | undefined
  /** OIDs; undefined where the extension is missing: any purpose. */
  readonly extendedKeyUsage: readonly string[] | undefined
  /** Where the issuer's certificate lies (AIA). */
  readonly caIssuers: readonly string[]
  readonly ocsp: readonly string[]
  readonly crls: readonly string[]
  /** The certificate is good only with an OCSP answer in the handshake (RFC 7633 4). */
  readonly mustStaple: boolean
  /** Signed timestamps of certificate transparency logs within it (RFC 6962 3.3). */
  readonly sctCount: number
}

const keyUses = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

/** RFC 5280 4.2.1.3. */
type KeyUse = (typeof keyUses)[number]

const ids = {
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  crlDistributionPoints: '2.5.29.31',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  timestamps: '1.3.6.1.4.1.11129.2.4.2',
} as const

const access = { ocsp: '1.3.6.1.5.5.7.48.1', caIssuers: '1.3.6.1.5.5.7.48.2' } as const

/** Limits on URLs kept of one extension. */
const [maxUrls, maxUrl] = [8, 300]

/** What cannot be read is as if it were not there: node:tls has judged the certificate by OpenSSL's reading already. */
export function describeExtensions(extensions: ReadonlyMap<string, Buffer>): CertificateExtensions {
  const open = (id: string) => readDer(extensions.get(id) ?? Buffer.alloc(0))
  const constraints = readChildren(open(ids.basicConstraints)) ?? []
  const length = readInteger(constraints.at(-1))
  const uses = readChildren(open(ids.extendedKeyUsage))
  const accesses = readChildren(open(ids.authorityInformationAccess))?.map((entry) => readChildren(entry) ?? []) ?? []
  const locations = (method: string) =>
    listUrls(accesses.filter(([kind]) => readOid(kind) === method).flatMap(([, location]) => location ?? []))
  return {
    // RFC 5280 4.2.1.9: DEFAULT FALSE, so a certificate of no authority holds an empty sequence.
    authority: readBoolean(constraints[0]) ?? false,
    pathLength: length === undefined || length < 0n || length > 255n ? undefined : Number(length),
    keyUsage: readFlags(open(ids.keyUsage), keyUses),
    extendedKeyUsage: uses?.flatMap((use) => readOid(use) ?? []),
    caIssuers: locations(access.caIssuers),
    ocsp: locations(access.ocsp),
    crls: listUrls(readChildren(open(ids.crlDistributionPoints))?.flatMap(openDistributionPoint) ?? []),
    // RFC 7633 4.1: a list of TLS extensions; 5 is status_request.
    mustStaple: readChildren(open(ids.tlsFeature))?.some((feature) => readInteger(feature) === 5n) ?? false,
    sctCount: countTimestamps(open(ids.timestamps)),
  }
}

/** RFC 5280 4.2.1.13: DistributionPoint, its field 0, of that the field 0 (fullName), of that the names. */
function openDistributionPoint(point: Der): readonly Der[] {
  const name = readChildren(point)?.find(({ tag }) => tag === 0xa0)
  return readChildren(readChildren(name)?.find(({ tag }) => tag === 0xa0)) ?? []
}

/** RFC 5280 4.2.1.6: a GeneralName tagged 6 is a URI. */
function listUrls(names: readonly Der[]): readonly string[] {
  const urls = names.filter(({ tag, content }) => tag === 0x86 && content.length <= maxUrl)
  return urls.slice(0, maxUrls).map(({ content }) => content.toString('latin1'))
}

/** RFC 6962 3.3: an octet string that holds a list as TLS writes it, each entry and the whole with a length before it. */
function countTimestamps(value: Der | undefined): number {
  const list = value?.tag === tags.octets ? value.content : undefined
  if (!list || list.length < 2 || list.readUInt16BE(0) !== list.length - 2) return 0
  let count = 0
  for (let at = 2; at < list.length; count++) {
    if (at + 2 > list.length) return 0
    at += 2 + list.readUInt16BE(at)
    if (at > list.length) return 0
  }
  return count
}
