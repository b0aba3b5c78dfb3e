import { type KeyObject, X509Certificate, constants, publicEncrypt, randomFillSync } from 'node:crypto'

/** The premaster secret as it should be, and four ways in which it is not (RFC 5246 7.4.7.1, RFC 8017 7.2.1). */
export const premasterForms = ['right', 'wrong-prefix', 'no-zero', 'misplaced-zero', 'wrong-version'] as const

export type PremasterForm = (typeof premasterForms)[number]

/** The RSA key of a certificate, with the octets of its modulus; undefined where there is none. */
export function readRsaKey(certificate: Buffer | undefined): { key: KeyObject; size: number } | undefined {
  if (!certificate) return undefined
  try {
    const key = new X509Certificate(certificate).publicKey
    const bits = key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined
    return bits === undefined || bits < 512 ? undefined : { key, size: Math.ceil(bits / 8) }
  } catch {
    return undefined
  }
}

/** Undefined where the key takes no message of that form. */
export function encryptPremaster(
  form: PremasterForm,
  { key, size }: { key: KeyObject; size: number },
  version: number,
): Buffer | undefined {
  try {
    return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, printPremaster(form, size, version))
  } catch {
    return undefined
  }
}

/** 00 02, padding without zeros, 00, and 48 octets that begin with the version offered (RFC 5246 7.4.7.1). */
function printPremaster(form: PremasterForm, size: number, version: number): Buffer {
  const block = randomFillSync(Buffer.alloc(size)).map((octet) => octet || 1)
  const message = Buffer.from(block)
  message.writeUInt16BE(0x0002, 0)
  const zero = size - 49
  message[zero] = 0
  message.writeUInt16BE(form === 'wrong-version' ? 0x0202 : version, zero + 1)
  // Any first octets but 00 02; 17 alone keeps it below every modulus.
  if (form === 'wrong-prefix') message[1] = 0x17
  if (form === 'no-zero' || form === 'misplaced-zero') message.fill(0x11, zero, zero + 3)
  // The secret that is left has one octet.
  if (form === 'misplaced-zero') message[size - 2] = 0
  return message
}
