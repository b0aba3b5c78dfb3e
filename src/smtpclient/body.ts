import { stuffDots } from '../smtp/index.ts'

/**
 * What carries a message after the consent to DATA, with what is to leave behind it in the same flush. A lone dot where no
 * recipient was accepted: the message then goes to nobody (RFC 2920 3.1).
 */
export function frameData(message: Buffer, wanted: boolean, behind: string): Buffer {
  return wanted ? stuffDots(message, behind) : Buffer.from(`.\r\n${behind}`)
}

/** The message as one last chunk, octet for octet (RFC 3030 2). */
export function frameChunk(message: Buffer, behind: string): Buffer {
  return Buffer.concat([Buffer.from(`BDAT ${message.length} LAST\r\n`), message, Buffer.from(behind)])
}
