/**
 * Decodes xtext (RFC 3461 4): `+` and two upper-case hex digits stand for an octet. Undefined where the text is none.
 *
 * @example
 * ```ts
 * decodeXtext('ada+2Bnews@example.org') === 'ada+news@example.org'
 * ```
 */
export function decodeXtext(text: string): string | undefined {
  if (!/^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/.test(text)) return undefined
  const octets = text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(octets, 'latin1').toString('utf8')
}
