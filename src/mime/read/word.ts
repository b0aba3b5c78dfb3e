/** RFC 2047 2: `=?charset?encoding?text?=`, at most 75 characters in truth. */
const word = /=\?([A-Za-z0-9_-]{1,40})(?:\*[A-Za-z0-9-]*)?\?([BbQq])\?([!->@-~]{0,200})\?=/g

/** A header's value for people to read: encoded words are decoded where their charset is known. Not yet escaped. */
export function decodeWords(value: string): string {
  // RFC 2047 6.2: blanks between two words are not shown.
  return value.replace(/\?=[ \t]+=\?/g, '?==?').replace(word, (whole, charset: string, encoding: string, text: string) => {
    const octets =
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64')
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
            'latin1',
          )
    try {
      return new TextDecoder(charset).decode(octets)
    } catch {
      return whole
    }
  })
}
