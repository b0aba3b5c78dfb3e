import dnsPacket, { type Answer, type Packet } from 'dns-packet'

/** A response to `query` that says what `packet` says. */
export function respondTo(query: Buffer, answers: Answer[], packet: Packet = {}): Buffer {
  const { id, questions } = dnsPacket.decode(query)
  return dnsPacket.encode({
    type: 'response',
    ...(id === undefined ? {} : { id }),
    questions: [...(questions ?? [])],
    answers,
    ...packet,
  })
}

export function nameOf(query: Buffer): string {
  return dnsPacket.decode(query).questions?.[0]?.name ?? ''
}

/** A message with its length before it (RFC 1035 4.2.2). */
export function frame(message: Buffer, length = message.length): Buffer {
  return Buffer.concat([Buffer.of(length >> 8, length & 255), message])
}
