import { type Address, type AddressProblem, parseMailbox } from '../smtp/index.ts'

/**
 * Reads the address in a cell of a list: bare, in quotes, or after a display name, which is left aside.
 *
 * @example
 * ```ts
 * readAddress('Ada Lovelace <ada@example.org>') // { kind: 'address', text: 'ada@example.org', … }
 * ```
 */
export function readAddress(cell: string): Address | AddressProblem {
  const text = cell.trim()
  if (text === '') return { kind: 'invalid', why: 'there is no address' }
  const quote = text.charAt(0)
  // "ada@example.org" is an address in quotes; "ada lovelace"@example.org is an address that begins with one.
  const bare = (quote === '"' || quote === "'") && text.length > 2 && text.endsWith(quote) ? text.slice(1, -1).trim() : text
  const mailbox = parseMailbox(bare)
  return mailbox.kind === 'invalid' ? mailbox : mailbox.address
}
