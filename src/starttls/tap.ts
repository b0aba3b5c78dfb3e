import { Duplex } from 'node:stream'

/** As much as is kept of what a server sends first: its certificates may be many. */
const keep = 64 * 1024

/**
 * Stands between a socket and TLS and keeps the first octets the server sends: OpenSSL throws them away when they are
 * not TLS, and shows no raw handshake when they are. A sender goes without, as each octet takes a detour here.
 */
export function keepFlight(inner: Duplex): { readonly stream: Duplex; readonly stop: () => Buffer } {
  const chunks: Buffer[] = []
  let room = keep
  const stream = passThrough(inner, (chunk) => {
    if (room <= 0) return
    chunks.push(chunk.subarray(0, room))
    room -= chunk.length
  })
  return {
    stream,
    // What comes after the handshake is not kept, nor what was kept held any longer.
    stop: () => {
      room = 0
      return Buffer.concat(chunks.splice(0))
    },
  }
}

/** A stream that nobody has read from yet, over one that was read from: nothing between the two readers is lost. */
export function passThrough(inner: Duplex, look: (chunk: Buffer) => void = () => undefined): Duplex {
  const stream = new Duplex({
    read: () => {
      inner.resume()
    },
    write: (chunk: Buffer, _encoding, done) => {
      inner.write(chunk, done)
    },
    final: (done) => {
      inner.end(done)
    },
    destroy: (error, done) => {
      inner.destroy()
      done(error)
    },
  })
  // Until somebody listens, an error must not end the process.
  stream.on('error', () => undefined)
  inner.on('data', (chunk: Buffer) => {
    look(chunk)
    if (!stream.push(chunk)) inner.pause()
  })
  inner.on('end', () => {
    stream.push(null)
  })
  inner.on('error', (error) => {
    stream.destroy(error)
  })
  inner.on('close', () => {
    // What came before the close is still to be read.
    if (stream.readableLength === 0) stream.destroy()
    else stream.once('end', () => stream.destroy())
  })
  return stream
}
