import { sha256 } from './digest.ts'
import { type Failure, failed } from './failure.ts'
import type { JsonObject } from './shape.ts'
import { decodeBase64, printHex } from './text.ts'

/** Holds certificates against the hashes that the session has: the chain as shown, the server's own certificate first. */
export async function judgeCertificates(pems: readonly string[], peer: JsonObject): Promise<Failure | undefined> {
  const wrong = (why: string): Failure => failed('certificate-wrong', 'certificates', why)
  const chain = peer['chain']
  // They can be left out, by who wants the receipt small; what is there must be right.
  if (pems.length === 0) return undefined
  if (!Array.isArray(chain) || chain.length !== pems.length) return wrong('there are more or fewer than the session saw')
  for (const [place, pem] of pems.entries()) {
    const certificate = decodePem(pem)
    if (!certificate) return wrong(`certificate ${place} cannot be read`)
    if (printHex(await sha256(certificate)) !== chain[place]) return wrong(`certificate ${place} is not the one that was seen`)
    if (place > 0) continue
    const key = findPublicKey(certificate)
    if (chain[0] !== peer['certificate'] || !key || printHex(await sha256(key)) !== peer['key']) {
      return wrong('the key is not the one that was seen')
    }
  }
  return undefined
}

/** RFC 7468 3, and nothing around it. */
function decodePem(pem: string): Uint8Array<ArrayBuffer> | undefined {
  const [, body = ''] = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)\n-----END CERTIFICATE-----\n?$/.exec(pem) ?? []
  const octets = decodeBase64(body.replaceAll('\n', ''))
  return octets && octets.length > 0 ? octets : undefined
}

/** RFC 5280 4.1: the seventh part of a certificate's body, the sixth where it names no version. */
function findPublicKey(certificate: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const whole = readElement(certificate, 0)
  const body = whole && readElement(certificate, whole.begin)
  if (!body) return undefined
  const versioned = certificate[body.begin] === 0xa0
  let at = body.begin
  for (let place = versioned ? 0 : 1; place < 6; place += 1) {
    const element = readElement(certificate, at)
    if (!element) return undefined
    at = element.end
  }
  const key = readElement(certificate, at)
  return key && certificate.slice(at, key.end)
}

/** X.690 8.1: where the contents of an element begin and end; lengths of up to four octets. */
function readElement(octets: Uint8Array, at: number): { readonly begin: number; readonly end: number } | undefined {
  const first = octets[at + 1] ?? 0xff
  const count = first < 0x80 ? 0 : first - 0x80
  if (count > 4) return undefined
  let length = count === 0 ? first : 0
  for (let place = 0; place < count; place += 1) length = length * 256 + (octets[at + 2 + place] ?? 0)
  const begin = at + 2 + count
  return begin + length <= octets.length ? { begin, end: begin + length } : undefined
}
