import { isIPv4 } from 'node:net'
import { nameReverse } from '../dns/index.ts'

/** What macros stand for (RFC 7208 7.2). */
export interface MacroValues {
  /** The reverse path, or postmaster at what HELO said. */
  readonly sender: string
  /** The domain whose record it is. */
  readonly domain: string
  readonly address: string
  readonly helo: string
}

const macro = /%(?:\{([A-Za-z])(\d*)(r?)([.+,/_=-]*)\}|[%_-])/gi

/** Whether text is macro-string of RFC 7208 7.1; c, r and t may stand in explanations only (7.2). */
export function isMacroText(text: string, explanation: boolean): boolean {
  let plain = true
  const rest = text.replace(macro, (_, letter: string | undefined, digits: string | undefined) => {
    if (letter !== undefined && !(explanation ? /[slodiphcrtv]/i : /[slodiphv]/i).test(letter)) plain = false
    // RFC 7208 7.3: a number of labels, and not none.
    if (digits !== undefined && digits !== '' && !/^(?!0+$)\d{1,3}$/.test(digits)) plain = false
    return ''
  })
  return plain && /^[\x21-\x24\x26-\x7e]*$/.test(rest)
}

/** Writes a domain with its macros filled in; longer than a name may be, it is cut from the left (RFC 7208 7.3). */
export function expandDomain(text: string, values: MacroValues): string {
  const expanded = text.replace(macro, (whole, letter?: string, digits?: string, reverse?: string, delimiters?: string) => {
    if (letter === undefined) return { '%%': '%', '%_': ' ', '%-': '%20' }[whole] ?? ''
    const value = valueOf(letter.toLowerCase(), values)
    const parts = value.split(
      delimiters === undefined || delimiters === '' ? '.' : new RegExp(`[${delimiters.replaceAll('-', '\\-')}]`),
    )
    if (reverse !== undefined && reverse !== '') parts.reverse()
    const kept = digits === undefined || digits === '' ? parts : parts.slice(-Number(digits))
    const joined = kept.join('.')
    return letter === letter.toUpperCase() ? encodeURIComponent(joined) : joined
  })
  let name = expanded.replace(/\.$/, '').toLowerCase()
  while (name.length > 253 && name.includes('.')) name = name.slice(name.indexOf('.') + 1)
  return name
}

function valueOf(letter: string, { sender, domain, address, helo }: MacroValues): string {
  const at = sender.lastIndexOf('@')
  switch (letter) {
    case 's':
      return sender
    case 'l':
      return sender.slice(0, at)
    case 'o':
      return sender.slice(at + 1)
    case 'd':
      return domain
    case 'i':
      return isIPv4(address)
        ? address
        : nameReverse(address)
            .replace(/\.ip6\.arpa$/, '')
            .split('.')
            .toReversed()
            .join('.')
    case 'v':
      return isIPv4(address) ? 'in-addr' : 'ip6'
    case 'h':
      return helo
    default:
      // RFC 7208 7.2 on p: its use is advised against, and "unknown" is what it is where no name is found.
      return 'unknown'
  }
}
