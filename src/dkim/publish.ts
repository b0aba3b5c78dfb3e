import { type KeyObject, createPublicKey } from 'node:crypto'
import { nameKeyRecord } from './names.ts'

/** A TXT record to be published. */
export interface PublishedRecord {
  readonly name: string
  /** The whole value, as DNS panels take it. */
  readonly text: string
  /** The same in strings of at most 255 octets (RFC 1035 3.3.14). */
  readonly strings: readonly string[]
  /** A line for a zone file. */
  readonly zoneLine: string
}

/** The record that lets others verify signatures of a private key (RFC 6376 3.6.1, RFC 8463 4). */
export function printKeyRecord({ domain, selector, key }: { domain: string; selector: string; key: KeyObject }): PublishedRecord {
  const name = nameKeyRecord(domain, selector)
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const rsa = key.asymmetricKeyType === 'rsa'
  // RFC 8410 4: the last 32 octets of an Ed25519 key's SubjectPublicKeyInfo are the key.
  const text = `v=DKIM1; k=${rsa ? 'rsa' : 'ed25519'}; p=${(rsa ? der : der.subarray(-32)).toString('base64')}`
  const strings = text.match(/.{1,255}/g) ?? []
  const quoted = strings.map((part) => `"${part}"`).join(' ')
  return { name, text, strings, zoneLine: `${name}. 3600 IN TXT ${strings.length > 1 ? `( ${quoted} )` : quoted}` }
}
