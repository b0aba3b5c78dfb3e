/** The mail servers of the signed world, told apart by what they show in their handshake. */
import { createHash, X509Certificate } from 'node:crypto'
import { type Party, createParty } from '../../support/chainParty.ts'

const day = 86_400_000

export const serverKinds = ['good', 'bare', 'expired', 'domain', 'plain'] as const

export type ServerKind = (typeof serverKinds)[number]

/** Whom TLSA records speak of: a server's own certificate, its authority, or one that no server has. */
type Subject = Exclude<ServerKind, 'plain'> | 'authority' | 'stranger'

interface Chain {
  /** Leaf first. */
  readonly sent: readonly Party[]
}

export interface Parties {
  readonly authority: Party
  readonly chains: Readonly<Record<Exclude<ServerKind, 'plain'>, Chain>>
  /** `3 1 1 good`: usage, selector and matching type of a record about a certificate, as it stands in a zone. */
  printTlsa(short: string): string
}

/**
 * Keys and certificates of this run.
 *
 * @param names those of the MX hosts, for which the certificates are
 * @param domain for which that of the server `domain` is, and for nothing else
 */
export async function createParties(names: readonly string[], domain: string): Promise<Parties> {
  const authority = await createParty('CN=DANE test authority')
  const issue = async (common: string, own: readonly string[], dates = {}) =>
    createParty(`CN=${common}`, { issuer: authority, names: own, authority: false, ...dates })
  const good = await issue('good', names)
  const bare = await issue('bare', names)
  const expired = await issue('expired', names, { notBefore: Date.now() - 9 * day, notAfter: Date.now() - day })
  const other = await issue('domain', [domain])
  const stranger = await issue('stranger', names)
  const subjects: Readonly<Record<Subject, Party>> = { good, bare, expired, domain: other, authority, stranger }
  return {
    authority,
    chains: {
      good: { sent: [good, authority] },
      bare: { sent: [bare] },
      expired: { sent: [expired, authority] },
      domain: { sent: [other, authority] },
    },
    printTlsa(short) {
      const [usage, selector, matchingType, subject = ''] = short.split(' ')
      const party = subjects[subject as Subject]
      return `${usage} ${selector} ${matchingType} ${associate(party, selector, matchingType)}`
    },
  }
}

/** By node:crypto alone: what is tested has no part in what it is tested with. */
function associate({ pem }: Party, selector: string | undefined, matchingType: string | undefined): string {
  const certificate = new X509Certificate(pem)
  const octets = selector === '0' ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' })
  if (matchingType === '0') return octets.toString('hex')
  return createHash(matchingType === '2' ? 'sha512' : 'sha256')
    .update(octets)
    .digest('hex')
}
