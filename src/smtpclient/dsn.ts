import type { DsnRequest } from './transaction.ts'

/** RFC 3461 4: what is hexadecimal in xtext: all but printable ASCII, and of that `+` and `=`. */
const encoded = /[^\u0021-\u002a\u002c-\u003c\u003e-\u007e]/gu

/**
 * xtext of RFC 3461 4, octets of UTF-8 outside ASCII included.
 *
 * @example
 * ```ts
 * printXtext('ada+news=1') === 'ada+2Bnews+3D1'
 * ```
 */
function printXtext(text: string): string {
  return text.replace(encoded, (character) =>
    [...Buffer.from(character)].map((octet) => `+${octet.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  )
}

/** RET and ENVID, to stand behind MAIL. */
export function printMailDsn({ ret, envid }: DsnRequest): string {
  // RFC 3461 4.4: an ENVID has at most 100 characters; none is as good as half of one.
  const id = envid === undefined || envid === '' ? '' : printXtext(envid)
  return (ret === undefined ? '' : ` RET=${ret}`) + (id === '' || id.length > 100 ? '' : ` ENVID=${id}`)
}

/** NOTIFY and ORCPT, to stand behind RCPT. */
export function printRcptDsn({ notify = [] }: DsnRequest, recipient: string): string {
  // RFC 3461 4.1: NEVER stands alone.
  const when = notify.includes('NEVER') ? 'NEVER' : [...new Set(notify)].join(',')
  const original = printOriginal(recipient)
  // RFC 3461 4.2: at most 500 characters; the address itself is in RCPT anyway.
  return (when === '' ? '' : ` NOTIFY=${when}`) + (original.length > 500 ? '' : ` ORCPT=${original}`)
}

function printOriginal(recipient: string): string {
  // oxlint-disable-next-line no-control-regex -- ASCII is what is asked for
  if (/^[\u0000-\u007f]*$/.test(recipient)) return `rfc822;${printXtext(recipient)}`
  // RFC 6533 3: inside SMTPUTF8 the address stands in UTF-8, but for what has a meaning in the parameter.
  const escape = (character: string): string => `\\x{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`
  return `utf-8;${recipient.replace(/[\u0000-\u0020+=\\\u007f]/gu, escape)}`
}
