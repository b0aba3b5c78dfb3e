/** Whether base64 is shorter: from about where every sixth character is none of ASCII. */
export function needsBase64(text: string): boolean {
  return (Buffer.byteLength(text) - text.length) * 6 > text.length
}

// RFC 2046 4.1.1: lines of text end in CRLF, wherever they came from.
export function breakLines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n|\r|\n/g, '\r\n') : text.replaceAll('\n', '\r\n')
}

export function wrapBase64(text: string | Uint8Array): string {
  return Buffer.from(text as string)
    .toString('base64')
    .replace(/.{76}(?=.)/g, '$&\r\n')
}
