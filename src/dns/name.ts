/** A name as it is compared: lower case, without the final dot; the root is empty. */
export function foldName(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
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

function readLabel(packet: Buffer, from: number, to: number): string {
  const label = packet.toString('latin1', from, to).toLowerCase()
  if (plainLabel.test(label)) return label
  // Folding is for ASCII alone (RFC 4343 3), so the rest is escaped from the octets themselves.
  return [...packet.subarray(from, to)].map((octet) => escapeOctet(octet)).join('')
}

function escapeOctet(octet: number): string {
  const text = String.fromCharCode(octet).toLowerCase()
  if (text === '.' || text === '\\') return `\\${text}`
  return octet > 0x20 && octet < 0x7f ? text : `\\${String(octet).padStart(3, '0')}`
}
