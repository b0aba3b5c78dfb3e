const end = '\r\n.\r\n'
const endOctets = Buffer.from(end)

/** Looks for the end of mail data (RFC 5321 4.1.1.4) in chunks as they come, without joining them. */
export class ContentEnd {
  // The line end of DATA itself counts: a message may be empty.
  #tail = '\r\n'

  /** Where in the chunk the data are over, just behind their last octet; -1 where they go on. */
  find(chunk: Buffer, from: number): number {
    // At most four octets of an end stand in earlier chunks.
    const seam = this.#tail + chunk.toString('latin1', from, Math.min(from + end.length - 1, chunk.length))
    const across = seam.indexOf(end)
    if (across >= 0) return from + across + end.length - this.#tail.length
    const at = chunk.indexOf(endOctets, from)
    if (at >= 0) return at + end.length
    this.#tail = (this.#tail + chunk.toString('latin1', Math.max(from, chunk.length - end.length + 1), chunk.length)).slice(
      1 - end.length,
    )
    return -1
  }
}
