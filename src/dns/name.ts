/** A name as it is compared: lower case, without the final dot; the root is empty. */
export function foldName(name: string): string {
  const lower = foldLetters(name)
  return lower.endsWith('.') && !lower.endsWith('\\.') ? lower.slice(0, -1) : lower
}

/** DNS folds the letters of ASCII and no others (RFC 4343 3). */
function foldLetters(text: string): string {
  return /[^\u0000-\u007f]/.test(text) ? text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text.toLowerCase()
}

/** A fault in a packet, in words. Thrown and caught inside this folder only. */
export class PacketFault extends Error {}

/** RFC 1035 2.3.4: a name has 255 octets at most, the length octets and the root's among them. */
const maxNameLength = 255

/** A name has 127 labels at most; nobody needs a pointer for each, and who sends more means harm. */
const maxPointers = 16

/** Where a name in a packet ends, with the name itself. */
interface ReadName {
  readonly name: string
  readonly end: number
}

/**
 * Reads the name at `start`, following compression (RFC 1035 4.1.4). Folded; an octet that would be taken for
 * something else is written as RFC 1035 5.1 does, so that one label with a dot in it is not two.
 *
 * @throws PacketFault
 */
export function readName(packet: Buffer, start: number): ReadName {
  let name = ''
  let length = 1
  let pointers = 0
  let end = 0
  for (let at = start; ;) {
    const size = packet[at]
    if (size === undefined) throw new PacketFault('a name runs beyond the packet')
    if (size === 0) return { name, end: pointers === 0 ? at + 1 : end }
    if (size >= 0xc0) {
      const low = packet[at + 1]
      if (low === undefined) throw new PacketFault('a name runs beyond the packet')
      if (pointers === 0) end = at + 2
      const target = ((size & 0x3f) << 8) | low
      // Only what stands before may be pointed to, so no loop can come about; the count bounds what is left.
      if (target >= at || ++pointers > maxPointers) throw new PacketFault('a compressed name leads in circles')
      at = target
      continue
    }
    if (size > 63) throw new PacketFault('a label is of an unknown kind')
    const stop = at + 1 + size
    if (stop > packet.length) throw new PacketFault('a name runs beyond the packet')
    length += 1 + size
    if (length > maxNameLength) throw new PacketFault('a name is longer than 255 octets')
    const label = readLabel(packet, at + 1, stop)
    name = name === '' ? label : `${name}.${label}`
    at = stop
  }
}

const plainLabel = /^[a-z0-9_*-]+$/

/** In RFC 1035 5.1's way, so that it can be written again and that one label with a dot in it does not turn into two. */
function readLabel(packet: Buffer, from: number, to: number): string {
  const label = packet.toString('latin1', from, to).toLowerCase()
  if (plainLabel.test(label)) return label
  const octets = packet.subarray(from, to)
  const text = octets.toString('utf8')
  if (Buffer.from(text).equals(octets)) return foldLetters(text).replaceAll(/[.\\]/g, '\\$&')
  return [...octets].map((octet) => escapeOctet(octet)).join('')
}

function escapeOctet(octet: number): string {
  const plain = octet > 0x20 && octet < 0x7f && octet !== 0x2e && octet !== 0x5c
  return plain ? String.fromCharCode(octet).toLowerCase() : `\\${String(octet).padStart(3, '0')}`
}

const plainName = /^[a-z0-9_*.-]+$/

/**
 * Writes a folded name: each label behind its length, the root's 0 at the end. Undefined where a label is empty or too
 * long, or the whole is.
 */
export function writeName(name: string): Buffer | undefined {
  if (name === '') return Buffer.of(0)
  if (name.length > 4 * maxNameLength) return undefined
  if (!plainName.test(name)) return writeOddName(name)
  const octets = Buffer.from(`.${name}.`, 'latin1')
  let start = 0
  for (let at = 1; at < octets.length; at++) {
    if (octets[at] !== 0x2e) continue
    const size = at - start - 1
    if (size === 0 || size > 63) return undefined
    octets[start] = size
    start = at
  }
  octets[start] = 0
  return octets.length > maxNameLength ? undefined : octets
}

/** A name with escapes, or with octets that no host name has: a zone may hold it all the same. */
function writeOddName(name: string): Buffer | undefined {
  const labels: Buffer[][] = [[]]
  for (const [all, number, character] of name.matchAll(/\\(\d{3})|\\(.)|\.|[^\\.]+|\\$/gsu)) {
    if (all === '.') labels.push([])
    else labels.at(-1)?.push(number === undefined ? Buffer.from(character ?? all) : Buffer.of(Number(number) & 0xff))
  }
  const whole = labels.map((parts) => Buffer.concat(parts))
  if (whole.some(({ length }) => length === 0 || length > 63)) return undefined
  const octets = Buffer.concat([...whole.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)])
  return octets.length > maxNameLength ? undefined : octets
}
