import { domainToASCII } from 'node:url'

/**
 * A host's name as it is compared: A-labels (RFC 5890 2.3.2.1), lower case, without the final dot; undefined where the
 * text is none. RFC 5321's Domain has letters, digits and hyphens; an underscore is let through, as DNS does.
 */
export function foldHost(text: string): string | undefined {
  const trimmed = text.endsWith('.') ? text.slice(0, -1) : text
  // domainToASCII follows URL rules, so only what may stand in a name goes in, and no more of it than a name can have.
  if (
    trimmed === '' ||
    trimmed.length > 253 ||
    /[\u0000-\u002c\u002f\u003a-\u0040\u005b-\u005e\u0060\u007b-\u007f]/.test(trimmed)
  )
    return undefined
  const ascii = (isAscii(trimmed) ? trimmed : domainToASCII(trimmed)).toLowerCase()
  const labels = ascii.split('.')
  // RFC 1035 2.3.4 for the lengths; a last label of digits would make it an IP address (RFC 3696 2).
  if (ascii.length > 253 || !labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))) return undefined
  return /^\d+$/.test(labels.at(-1) ?? '') ? undefined : ascii
}

export function isAscii(text: string): boolean {
  return /^[\u0000-\u007f]*$/.test(text)
}
