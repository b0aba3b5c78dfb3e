import { type Address, type AddressProblem, parseAddress } from '../smtp/index.ts'

/**
 * Reads the address in a cell of a list: bare, in quotes, or after a display name, which is left aside.
 *
 * @example
 * ```ts
 * readAddress('Ada Lovelace <ada@example.org>') // { kind: 'address', text: 'ada@example.org', … }
 * ```
 */
export function readAddress(cell: string): Address | AddressProblem {
  const text = unwrap(cell.trim())
  return text === '' ? { kind: 'invalid', why: 'there is no address' } : parseAddress(text)
}

function unwrap(text: string): string {
  if (text.endsWith('>')) {
    const open = text.lastIndexOf('<')
    if (open >= 0) return text.slice(open + 1, -1).trim()
  }
  const quote = text.charAt(0)
  // "ada@example.org" is an address in quotes; "ada lovelace"@example.org is an address that begins with one.
  if ((quote === '"' || quote === "'") && text.length > 2 && text.endsWith(quote)) return text.slice(1, -1).trim()
  return text
}
