/** Puts the octets of TCP connections together again from captured frames. */

const ethernetLength = 14
const ipv4 = 0x0800
const tcp = 6

interface Segment {
  readonly flow: string
  /** Where it comes from and where it goes. */
  readonly ports: readonly [number, number]
  readonly sequence: number
  readonly payload: Buffer
}

/**
 * Each direction of each connection, in the order of its sequence numbers. A frame that was seen on several interfaces, or sent
 * again, counts once; where a piece is missing, what follows it stands beside what was before.
 */
export function joinStreams(frames: readonly Buffer[]): Buffer[] {
  const flows = new Map<string, Segment[]>()
  for (const frame of frames) {
    const segment = readSegment(frame)
    if (!segment || segment.payload.length === 0) continue
    const flow = flows.get(segment.flow)
    if (flow) flow.push(segment)
    else flows.set(segment.flow, [segment])
  }
  return [...flows.values()].map(joinSegments)
}

/**
 * How often whoever talks to that port took its turn to speak, on each connection: with what is asked and answered in
 * turn, that is its round trips.
 */
export function countTurns(frames: readonly Buffer[], port: number): number[] {
  const turns = new Map<string, number>()
  const speaking = new Map<string, string>()
  const seen = new Set<string>()
  for (const frame of frames) {
    const segment = readSegment(frame)
    if (!segment || segment.payload.length === 0 || !segment.ports.includes(port)) continue
    const key = `${segment.flow} ${segment.sequence}`
    if (seen.has(key)) continue
    seen.add(key)
    const asks = segment.ports[1] === port
    const client = String(segment.ports[asks ? 0 : 1])
    const side = asks ? 'asks' : 'answers'
    if (asks && speaking.get(client) !== side) turns.set(client, (turns.get(client) ?? 0) + 1)
    speaking.set(client, side)
  }
  return [...turns.values()]
}

/** RFC 791 3.1, RFC 9293 3.1; undefined for whatever is not TCP over IPv4. */
function readSegment(frame: Buffer): Segment | undefined {
  if (frame.length < ethernetLength + 20 || frame.readUInt16BE(12) !== ipv4) return undefined
  const packet = frame.subarray(ethernetLength)
  const headerLength = 4 * (packet.readUInt8(0) & 15)
  // A length of 0 is that of a packet too long for the field, which the network card would have cut up.
  const total = packet.readUInt16BE(2) || packet.length
  if (packet.readUInt8(9) !== tcp || packet.length < headerLength + 20) return undefined
  const segment = packet.subarray(headerLength, total)
  const addresses = packet.subarray(12, 20).toString('hex')
  const ports = segment.subarray(0, 4).toString('hex')
  return {
    flow: `${addresses} ${ports}`,
    ports: [segment.readUInt16BE(0), segment.readUInt16BE(2)],
    sequence: segment.readUInt32BE(4),
    payload: segment.subarray(4 * (segment.readUInt8(12) >> 4)),
  }
}

function joinSegments(segments: readonly Segment[]): Buffer {
  const first = segments[0]?.sequence ?? 0
  // Numbers begin anywhere and wrap (RFC 9293 3.4): they count from the first that was seen, which may not be the lowest.
  const placed = segments
    .map(({ sequence, payload }) => ({ at: (sequence - first) | 0, payload }))
    .sort((one, other) => one.at - other.at)
  const pieces: Buffer[] = []
  let end = placed[0]?.at ?? 0
  for (const { at, payload } of placed) {
    const known = Math.max(0, end - at)
    if (known >= payload.length) continue
    pieces.push(payload.subarray(known))
    end = at + payload.length
  }
  return Buffer.concat(pieces)
}
