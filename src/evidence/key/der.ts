/** Writes the few types of DER (X.690) that an encrypted private key is made of. */

export function sequence(...parts: readonly Buffer[]): Buffer {
  return write(0x30, Buffer.concat(parts))
}

export function octetString(octets: Buffer): Buffer {
  return write(0x04, octets)
}

/** X.690 8.3: as short as can be, and with a leading zero where the first bit would make it negative. */
export function integer(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a natural number: ${value}`)
  const hex = value.toString(16)
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return write(0x02, (octets[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), octets]) : octets)
}

/** X.690 8.19: the first two parts share an octet, each part is written in sevens of bits. */
export function oid(first: number, second: number, ...parts: readonly number[]): Buffer {
  return write(0x06, Buffer.from([first * 40 + second, ...parts].flatMap(splitSevens)))
}

function splitSevens(part: number): readonly number[] {
  const octets = [part & 0x7f]
  for (let rest = part >>> 7; rest > 0; rest >>>= 7) octets.unshift((rest & 0x7f) | 0x80)
  return octets
}

/** X.690 10.1: the length is as short as can be. */
function write(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length > 0xffff) throw new RangeError(`too long: ${length} octets`)
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
