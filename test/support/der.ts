/** Writes one value in DER (X.690); strings are latin1. */
export function printDer(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)))
  return Buffer.concat([Buffer.from([tag]), printLength(content.length), content])
}

function printLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const digits = Buffer.from(
    length.toString(16).padStart(length.toString(16).length + (length.toString(16).length % 2), '0'),
    'hex',
  )
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits])
}

/** An OBJECT IDENTIFIER from its dots. */
export function printOid(oid: string): Buffer {
  const [top = 0, second = 0, ...rest] = oid.split('.').map(Number)
  return printDer(0x06, Buffer.from([top * 40 + second, ...rest].flatMap(printBase128)))
}

function printBase128(part: number): number[] {
  const octets = [part % 128]
  for (let rest = Math.floor(part / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift(0x80 | (rest % 128))
  return octets
}

/** An INTEGER that is not negative. */
export function printInteger(value: bigint): Buffer {
  const hex = value.toString(16)
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  return printDer(0x02, (octets[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), octets]) : octets)
}

/** A GeneralizedTime, to the second. */
export function printTime(ms: number): Buffer {
  return printDer(0x18, new Date(ms).toISOString().replace(/\.\d+|[-:T]/g, ''))
}
