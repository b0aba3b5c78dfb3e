import { number } from './octets.ts'
import { contentTypes, printRecords } from './record.ts'

/**
 * Answers a HeartbeatRequest (RFC 6520 4); undefined where it is to be dropped. The bleeding one (CVE-2014-0160) takes
 * the payload's length on trust, and fills up with a pattern: no memory of this process ever leaves it.
 */
export function answerHeartbeat(body: Buffer, version: number, bleeding: boolean): Buffer | undefined {
  if (body.length < 3 || body[0] !== 1) return undefined
  const length = body.readUInt16BE(1)
  // RFC 6520 4: too short for its payload and 16 octets of padding is discarded silently.
  if (!bleeding && 3 + length + 16 > body.length) return undefined
  const sent = body.subarray(3, 3 + length)
  const payload = Buffer.concat([sent, Buffer.alloc(length - sent.length, 'no memory, only a pattern ')])
  const response = Buffer.concat([number(2, 1), number(length, 2), payload, Buffer.alloc(16)])
  return printRecords(contentTypes.heartbeat, version, response)
}
