/** C2SP tlog-cosignature, "Format": a time and an Ed25519 signature. */
export interface Cosignature {
  /** Seconds since 1970. */
  readonly time: number
  readonly signature: Uint8Array
}

/** C2SP tlog-cosignature, "Ed25519 signed message": two lines before the text of the checkpoint. */
export function cosignedText(text: string, time: number): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`)
}

export function packCosignature(time: number, signature: Uint8Array): Uint8Array {
  const octets = Buffer.alloc(8 + signature.length)
  octets.writeBigUInt64BE(BigInt(time))
  octets.set(signature, 8)
  return octets
}

/** The last second that RFC 3339 can write. */
const latest = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000

/** Undefined for other lengths, and for times that no calendar has: a witness who lies would else be shown as a broken program. */
export function unpackCosignature(octets: Uint8Array): Cosignature | undefined {
  if (octets.length !== 72) return undefined
  const time = Buffer.from(octets.subarray(0, 8)).readBigUInt64BE()
  return time > latest ? undefined : { time: Number(time), signature: octets.subarray(8) }
}
