import type { Peer } from '../facts.ts'
import { type EvidenceReceipt, type Proven, receiptFormat } from '../verify/index.ts'

/** What a receipt is made from: entries of a log, their proofs, and what opens their commitments. */
export interface ReceiptParts {
  readonly origin: string
  readonly attempt: EvidenceReceipt['attempt']
  readonly session: (Proven & { readonly opening: { readonly key: string; readonly peer: Peer } | null }) | null
  /** DER, the server's own first; none where the receipt is to be small. */
  readonly certificates?: readonly Uint8Array[]
  readonly rotations?: EvidenceReceipt['rotations']
  /** RFC 3161 responses over the text of the checkpoint, DER. */
  readonly timestamps?: readonly Uint8Array[]
}

/**
 * Makes a receipt. Nothing of it is verified here: `verifyReceipt` does, and whoever gives a receipt away should ask it first.
 * All proofs have the same checkpoint.
 */
export function issueReceipt(parts: ReceiptParts): EvidenceReceipt {
  const { origin, attempt, session, certificates = [], rotations = [], timestamps = [] } = parts
  return {
    format: receiptFormat,
    origin,
    attempt,
    session: session && { ...session, opening: session.opening && { ...session.opening, peer: { ...session.opening.peer } } },
    certificates: certificates.map(printPem),
    rotations,
    timestamps: timestamps.map((response) => Buffer.from(response).toString('base64')),
  }
}

/** The file: JSON in UTF-8, for people too. */
export function printReceipt(receipt: EvidenceReceipt): string {
  return `${JSON.stringify(receipt, null, 2)}\n`
}

/** RFC 7468 3. */
function printPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
