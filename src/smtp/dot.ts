const lineFeedDot = Buffer.from('\n.')

/**
 * A message as DATA carries it: a dot doubled at each line's start, a CRLF at the end, the lone dot after it
 * (RFC 5321 4.5.2). One buffer, so that it leaves in one write.
 *
 * @param behind commands that leave in the same write (RFC 2920 3.1)
 */
export function stuffDots(message: Buffer, behind = ''): Buffer {
  const pieces: Buffer[] = []
  let from = 0
  if (message[0] === 0x2e) pieces.push(Buffer.from('.'))
  for (let at = message.indexOf(lineFeedDot); at >= 0; at = message.indexOf(lineFeedDot, from)) {
    // The dot is written twice: once as the end of this piece, once as the start of the next.
    pieces.push(message.subarray(from, at + 2))
    from = at + 1
  }
  pieces.push(message.subarray(from))
  const closed = message.length === 0 || (message.at(-1) === 0x0a && message.at(-2) === 0x0d)
  pieces.push(Buffer.from(closed ? `.\r\n${behind}` : `\r\n.\r\n${behind}`))
  return Buffer.concat(pieces)
}
