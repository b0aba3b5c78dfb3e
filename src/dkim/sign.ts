import { type KeyObject, hash, sign as signOctets } from 'node:crypto'
import { relaxBody, simplifyBody } from './canonicalBody.ts'
import { writeRelaxedField, writeSimpleField } from './canonicalField.ts'
import { checkSingles, chooseFields } from './coverage.ts'
import { type HeaderField, type HeaderSection, readSection } from './section.ts'
import { writeSignature, writeUnsigned } from './signatureField.ts'
import type { Canonicalization, SignatureAlgorithm, Signer } from './signer.ts'

/**
 * Signs a finished message, once for each signer (RFC 6376 4.2, RFC 8463 3 on two algorithms).
 *
 * @param message as it will be on the wire, lines ended by CRLF, before dot-stuffing
 * @returns the DKIM-Signature fields, to be put before the message
 * @throws SealpostError SP_MESSAGE_INVALID for one without a From, or with two of what may be there once
 */
export async function sign(message: Buffer, signers: readonly Signer[]): Promise<Buffer> {
  const section = readSection(message)
  checkSingles(section)
  const hashes = new BodyHashes(message.subarray(section.bodyStart))
  const fields = await Promise.all(signers.map((signer) => writeField(message, section, hashes, signer)))
  return Buffer.from(fields.join(''), 'latin1')
}

async function writeField(message: Buffer, section: HeaderSection, hashes: BodyHashes, signer: Signer): Promise<string> {
  const { names, fields } = chooseFields(signer.coverage, section)
  const time = Math.floor(signer.clock.now() / 1_000)
  const expiry = signer.expireAfter === undefined ? undefined : time + signer.expireAfter
  const unsigned = writeUnsigned({ fixed: signer.fixed, time, expiry, names, bodyHash: hashes.of(signer.body) })
  const input = canonicalizeFields(message, fields, unsigned, signer.header)
  return unsigned + writeSignature(await signInput(signer.algorithm, input, signer.key))
}

/**
 * What is signed (RFC 6376 3.7): the fields in the order of h=, then the signature's own field, without the CRLF at its end.
 *
 * @param unsigned the signature's field with an empty b= as its last tag
 */
export function canonicalizeFields(
  message: Buffer,
  fields: readonly HeaderField[],
  unsigned: string,
  canonicalization: Canonicalization,
): Buffer {
  const write = canonicalization === 'relaxed' ? writeRelaxedField : writeSimpleField
  const own = Buffer.from(`${unsigned}\r\n`, 'latin1')
  const [[ownField] = []] = readSection(own).fields.values()
  const out = Buffer.allocUnsafe(fields.reduce((sum, { start, end }) => sum + end - start + 2, own.length))
  let to = 0
  for (const field of fields) to = write(message, field, out, to)
  if (ownField) to = write(own, ownField, out, to)
  return out.subarray(0, to - 2)
}

/** On a thread of the pool: an RSA signature takes the better part of a millisecond. */
function signInput(algorithm: SignatureAlgorithm, input: Buffer, key: KeyObject): Promise<Buffer> {
  // RFC 8463 3: Ed25519 signs the SHA-256 hash, not the text.
  const [digest, octets] =
    algorithm === 'rsa-sha256' ? (['sha256', input] as const) : ([null, hash('sha256', input, 'buffer')] as const)
  return new Promise((resolve, reject) => {
    signOctets(digest, octets, key, (error, signature) => {
      if (error) reject(error)
      else resolve(signature)
    })
  })
}

/** The hash of a body in each canonical form, made when it is asked for and kept for the next signature. */
class BodyHashes {
  readonly #body: Buffer
  readonly #known = new Map<Canonicalization, string>()

  constructor(body: Buffer) {
    this.#body = body
  }

  of(canonicalization: Canonicalization): string {
    const known = this.#known.get(canonicalization)
    if (known !== undefined) return known
    const canonical = canonicalization === 'relaxed' ? relaxBody(this.#body) : simplifyBody(this.#body)
    const made = hash('sha256', canonical, 'base64')
    this.#known.set(canonicalization, made)
    return made
  }
}
