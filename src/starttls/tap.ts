import { Duplex } from 'node:stream'

const keep = 256

/**
 * Stands between a socket and TLS and keeps the first octets the server sends, which OpenSSL throws away when they are
 * not TLS. An examination shows them as evidence; a sender goes without, as each octet takes a detour here.
 */
export function watchFirstBytes(inner: Duplex): { readonly stream: Duplex; first(): Buffer } {
  let first = Buffer.alloc(0)
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
  inner.on('data', (chunk: Buffer) => {
    if (first.length < keep) first = Buffer.concat([first, chunk.subarray(0, keep - first.length)])
    if (!stream.push(chunk)) inner.pause()
  })
  inner.on('end', () => {
    stream.push(null)
  })
  inner.on('error', (error) => {
    stream.destroy(error)
  })
  inner.on('close', () => {
    stream.destroy()
  })
  return { stream, first: () => first }
}
