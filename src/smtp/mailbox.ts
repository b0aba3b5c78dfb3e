import { type Address, type AddressProblem, parseAddress } from './address.ts'

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
  const name = open < 0 ? '' : trimmed.slice(0, open).trim()
  const quoted = /^"((?:[^"\\]|\\.)*)"$/su.exec(name)?.[1]
  // RFC 5322 3.2.3: outside quotes these part one address from the next, and a second one must not pass for a name.
  if (quoted === undefined && /[<>@,;:"\r\n]/.test(name))
    return { kind: 'invalid', why: 'there is more than one address, or the name needs quotes' }
  const address = parseAddress(open < 0 ? trimmed : trimmed.slice(open + 1, -1).trim())
  if (address.kind === 'invalid') return address
  return { kind: 'mailbox', name: quoted?.replace(/\\(.)/gsu, '$1') ?? name, address }
}
