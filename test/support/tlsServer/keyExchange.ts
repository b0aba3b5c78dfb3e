import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { Agreement } from './agree.ts'
import type { TlsBehaviour } from './behaviour.ts'
import { makePoint } from './group.ts'
import { number, vector } from './octets.ts'
import { findPrime, raise, toOctets } from './prime.ts'
import { printMessage } from './serverHello.ts'
import { signParameters } from './sign.ts'
import type { Suite } from './suite.ts'

/** ServerKeyExchange (RFC 5246 7.4.3, RFC 8422 5.4, RFC 2246 7.4.3); undefined where the suite has none. */
export function printKeyExchange(
  agreement: Agreement,
  clientRandom: Buffer,
  serverRandom: Buffer,
  behaviour: TlsBehaviour,
): Buffer | undefined {
  const { suite, identity, version, scheme } = agreement
  const parameters = printParameters(agreement, behaviour)
  if (!parameters) return undefined
  if (!suite.signed || !identity) return printMessage(12, parameters)
  const content = Buffer.concat([clientRandom, serverRandom, parameters])
  return printMessage(12, parameters, signParameters(identity.key, version, scheme, content))
}

function printParameters({ suite, group }: Agreement, behaviour: TlsBehaviour): Buffer | undefined {
  if (suite.exchange === 'ecdhe' && group !== undefined) {
    // RFC 8422 5.4: curve_type named_curve.
    return Buffer.concat([number(3, 1), number(behaviour.forced.group ?? group, 2), vector(1, makePoint(group))])
  }
  if (suite.exchange === 'dhe') return printDhe(findPrime(behaviour.prime), behaviour.generator)
  if (suite.exchange === 'dhe-export') return printDhe(findPrime(512), 2)
  if (suite.exchange !== 'rsa-export') return undefined
  const { n = '', e = '' } = takeExportKey(suite).export({ format: 'jwk' })
  return Buffer.concat([n, e].map((value) => vector(2, Buffer.from(value, 'base64url'))))
}

function printDhe(prime: bigint, generator: number): Buffer {
  const secret = BigInt(`0x${randomBytes(32).toString('hex')}`)
  const values = [prime, BigInt(generator), raise(BigInt(generator), secret, prime)]
  return Buffer.concat(values.map((value) => vector(2, toOctets(value))))
}

const exportKeys = new Map<number, KeyObject>()

/** RFC 2246 7.4.3: RSA for export encrypts to a key of 512 bits made for it, the 56-bit suites to one of 1024. */
export function takeExportKey({ id }: Suite): KeyObject {
  const modulusLength = id >= 0x0060 && id <= 0x0066 ? 1024 : 512
  const key = exportKeys.get(modulusLength) ?? generateKeyPairSync('rsa', { modulusLength }).privateKey
  exportKeys.set(modulusLength, key)
  return key
}
