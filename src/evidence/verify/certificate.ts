import { X509Certificate, hash } from 'node:crypto'
import { type Failure, failed } from './failure.ts'
import type { Leaf } from './leaf.ts'

/** Holds certificates against the hashes that the session has: the chain as shown, the server's own certificate first. */
export function judgeCertificates(pems: readonly string[], peer: Leaf): Failure | undefined {
  const wrong = (why: string): Failure => failed('certificate-wrong', 'certificates', why)
  const chain = peer['chain']
  // They can be left out, by who wants the receipt small; what is there must be right.
  if (pems.length === 0) return undefined
  if (!Array.isArray(chain) || chain.length !== pems.length) return wrong('there are more or fewer than the session saw')
  for (const [place, pem] of pems.entries()) {
    const certificate = readCertificate(pem)
    if (!certificate) return wrong(`certificate ${place} cannot be read`)
    if (hash('sha256', certificate.raw, 'hex') !== chain[place]) return wrong(`certificate ${place} is not the one that was seen`)
    if (place > 0) continue
    const key = hash('sha256', certificate.publicKey.export({ type: 'spki', format: 'der' }), 'hex')
    if (chain[0] !== peer['certificate'] || key !== peer['key']) return wrong('the key is not the one that was seen')
  }
  return undefined
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem)
  } catch {
    return undefined
  }
}
