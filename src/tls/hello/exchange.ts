import type { Duplex } from 'node:stream'
import type { HelloAnswer } from './answer.ts'
import type { ClientHello, Ssl2Hello } from './clientHello.ts'
import { FlightParser } from './flightParser.ts'
import { printClientHello } from './printClientHello.ts'
import { type ChannelOptions, RecordChannel } from './recordChannel.ts'
import { Ssl2Parser } from './ssl2Parser.ts'

/**
 * Says one hello on a stream where the first octet of TLS is due, hears what comes of it, and takes leave. Never
 * throws for what the peer does. The stream is closed afterwards.
 */
export async function exchangeHello(
  stream: Duplex,
  hello: ClientHello | Ssl2Hello,
  options: ChannelOptions,
): Promise<HelloAnswer> {
  const channel = new RecordChannel(stream, options)
  channel.write(printClientHello(hello))
  const answer = await channel.readAnswer('kinds' in hello ? new Ssl2Parser() : new FlightParser())
  // RFC 8446 6.1: close_notify, to whoever spoke TLS to us and has not closed yet; anybody else would take it for garbage.
  await channel.leave(answer.kind === 'flight' ? { version: Math.min(answer.version, 0x0303), description: 0 } : undefined)
  return answer
}
