import { type KeyObject, createPrivateKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { SealpostError } from '../errors.ts'

export type KeyType = 'rsa' | 'ed25519'

/** RFC 8301 3.2: signers MUST use 1024 bits at least and SHOULD use 2048, which is the least that is taken here. */
const leastBits = 2_048

/** RFC 8301 3.2: verifiers need not take longer ones. */
const mostBits = 4_096

/** A PEM file of a 4096 bit key has 3,300 characters; text may stand around it. */
const longestPem = 20_000

const advice = 'Give a private key in PEM form, RSA of 2048 to 4096 bits or Ed25519; sealpost dkim new makes one.'

/**
 * Reads a private key in PEM form that signatures can be made with.
 *
 * @param where the file, for the error
 * @throws SealpostError SP_KEY_INVALID, which quotes nothing of the text
 */
export function readSigningKey(pem: string, where: string): KeyObject {
  let key: KeyObject
  try {
    if (pem.length > longestPem) throw new Error('too long')
    key = createPrivateKey(pem)
  } catch {
    // The cause could quote the key file: it is left out.
    throw new SealpostError('SP_KEY_INVALID', { where, what: 'It holds no private key that can be read', next: advice })
  }
  checkSigningKey(key, where)
  return key
}

/** @throws SealpostError SP_KEY_INVALID for a key that verifiers may or must refuse */
export function checkSigningKey(key: KeyObject, where?: string): KeyType {
  const flaw = findFlaw(key)
  if (flaw === undefined) return key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ed25519'
  throw new SealpostError('SP_KEY_INVALID', { ...(where === undefined ? {} : { where }), what: flaw, next: advice })
}

function findFlaw(key: KeyObject): string | undefined {
  if (key.type !== 'private') return 'It is not a private key'
  if (key.asymmetricKeyType === 'ed25519') return undefined
  if (key.asymmetricKeyType !== 'rsa') return 'The key is neither RSA nor Ed25519'
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < leastBits) return `The RSA key has ${bits} bits, and ${leastBits} are the least (RFC 8301 3.2)`
  return bits > mostBits
    ? `The RSA key has ${bits} bits, and verifiers need to take no more than ${mostBits} (RFC 8301 3.2)`
    : undefined
}

const generate = promisify(generateKeyPair)

/** A new private key: RSA of 2048 bits, whose record is what every DNS panel can hold, or Ed25519. */
export async function makeSigningKey(type: KeyType): Promise<KeyObject> {
  const pair = type === 'rsa' ? await generate('rsa', { modulusLength: leastBits }) : await generate('ed25519')
  return pair.privateKey
}
