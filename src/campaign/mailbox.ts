import { type Address, type AddressProblem, parseAddress } from '../smtp/index.ts'

/** An address with the name that stands before it. */
export interface NamedAddress {
  readonly kind: 'mailbox'
  readonly name: string
  readonly address: Address
}

/**
 * Parses one mailbox as people write it (RFC 5322 3.4 without comments and groups).
 *
 * @example
 * ```ts
 * parseMailbox('Ada Lovelace <ada@example.org>') // { kind: 'mailbox', name: 'Ada Lovelace', address: … }
 * ```
 */
export function parseMailbox(text: string): NamedAddress | AddressProblem {
  const trimmed = text.trim()
  const open = trimmed.endsWith('>') ? trimmed.lastIndexOf('<') : -1
  const address = parseAddress(open < 0 ? trimmed : trimmed.slice(open + 1, -1).trim())
  if (address.kind === 'invalid') return address
  const name = open < 0 ? '' : trimmed.slice(0, open).trim()
  return { kind: 'mailbox', name: /^"(.*)"$/su.exec(name)?.[1]?.replace(/\\(.)/gsu, '$1') ?? name, address }
}
