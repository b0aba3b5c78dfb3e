import { domainToASCII } from 'node:url'

// What nearly all domains of a list are: to these domainToASCII changes nothing, and it takes a microsecond to say so.
const plain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/

/**
 * A domain name in A-labels (RFC 5890 2.3.2.1), lower case, without the final dot; undefined where the text is none.
 *
 * @example
 * ```ts
 * parseDomain('Bücher.Example.') === 'xn--bcher-kva.example'
 * ```
 */
export function parseDomain(text: string): string | undefined {
  if (plain.test(text) && text.length <= 253 && !text.includes('xn--')) return text
  const trimmed = text.endsWith('.') ? text.slice(0, -1) : text
  // domainToASCII follows URL rules: it would unescape %41 and take IP addresses apart, so only name characters go in.
  if (trimmed === '' || /[\u0000-\u002c\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u007f]/.test(trimmed)) return undefined
  const ascii = domainToASCII(trimmed).toLowerCase()
  // RFC 1035 2.3.4: 255 octets on the wire leave 253 characters of text.
  if (ascii === '' || ascii.length > 253) return undefined
  const labels = ascii.split('.')
  // RFC 5321 2.3.5 with RFC 1123 2.1; an all-numeric top label would be an IP address (RFC 3696 2).
  if (!labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))) return undefined
  return /^\d+$/.test(labels.at(-1) ?? '') ? undefined : ascii
}
