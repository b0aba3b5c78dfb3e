const cr = 0x0d
const lf = 0x0a
const space = 0x20
const tab = 0x09
const crlf = Buffer.from('\r\n')

/** RFC 6376 3.4.3: empty lines at the end are left out, and a CRLF ends it whatever it was; an empty body is one CRLF. */
export function simplifyBody(body: Buffer): Buffer {
  const end = findEnd(body, body.length)
  return end === 0 ? crlf : endLine(body, end)
}

/**
 * RFC 6376 3.4.4: runs of spaces and tabs count as one space, and as none at the end of a line; then as `simplifyBody`,
 * but an empty body stays empty. A last line without CRLF is taken as if it had one, as the
 * end of DATA gives it one. What is in this form already is not copied.
 */
export function relaxBody(body: Buffer): Buffer {
  const change = findChange(body)
  const relaxed = change === body.length ? body : collapse(body, change)
  const end = findEnd(relaxed, relaxed.length)
  return end === 0 ? relaxed.subarray(0, 0) : endLine(relaxed, end)
}

/** The first octet that relaxing would alter, or the length. Most of a body is passed by with one comparison an octet. */
function findChange(body: Buffer): number {
  const { length } = body
  for (let at = 0; at < length; at++) {
    const octet = body[at] ?? 0
    if (octet > space || (octet !== space && octet !== tab)) continue
    if (octet === tab) return at
    const next = body[at + 1]
    if (next === space || next === tab || next === undefined) return at
    if (next === cr && body[at + 2] === lf) return at
  }
  return length
}

/** Relaxes what follows `from`. Written octet by octet: a native call a line costs more than the line. */
function collapse(body: Buffer, from: number): Buffer {
  const { length } = body
  const out = Buffer.allocUnsafe(length)
  body.copy(out, 0, 0, from)
  let to = from
  let spaced = false
  for (let at = from; at < length; at++) {
    const octet = body[at] ?? 0
    if (octet === space || octet === tab) {
      spaced = true
      continue
    }
    if (spaced && !(octet === cr && body[at + 1] === lf)) out[to++] = space
    spaced = false
    out[to++] = octet
  }
  return out.subarray(0, to)
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
