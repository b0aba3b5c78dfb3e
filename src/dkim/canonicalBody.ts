const cr = 0x0d
const lf = 0x0a
const crlf = Buffer.from('\r\n')

/** RFC 6376 3.4.3: empty lines at the end are left out, and a CRLF ends it whatever it was; an empty body is one CRLF. */
export function simplifyBody(body: Buffer): Buffer {
  const end = findEnd(body, body.length)
  return end === 0 ? crlf : endLine(body, end)
}

/**
 * RFC 6376 3.4.4: runs of spaces and tabs count as one space, and as none at the end of a line; then as `simplifyBody`,
 * but an empty body stays empty. A last line without CRLF is taken as if it had one, as the end of DATA gives it one. What
 * is in this form already is not copied.
 */
export function relaxBody(body: Buffer): Buffer {
  const relaxed = collapseSpaces(body)
  const end = findEnd(relaxed, relaxed.length)
  return end === 0 ? relaxed.subarray(0, 0) : endLine(relaxed, end)
}

/** Over the whole at once, an octet a character: two passes of native code take half as long as one loop over octets. */
function collapseSpaces(body: Buffer): Buffer {
  const text = body.toString('latin1')
  const single = text.replace(/[ \t]{2,}|\t/g, ' ').replaceAll(' \r\n', '\r\n')
  const relaxed = single.endsWith(' ') ? single.slice(0, -1) : single
  return relaxed === text ? body : Buffer.from(relaxed, 'latin1')
}

/** Where the last line that is not empty ends, before its CRLF. */
function findEnd(body: Buffer, length: number): number {
  let end = length
  while (end >= 2 && body[end - 1] === lf && body[end - 2] === cr) end -= 2
  return end
}

function endLine(body: Buffer, end: number): Buffer {
  return end === body.length ? Buffer.concat([body, crlf]) : body.subarray(0, end + 2)
}
