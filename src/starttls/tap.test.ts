import { once } from 'node:events'
import { Duplex, PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { keepFlight, passThrough } from './tap.ts'

/** A stream whose reading side is fed by hand, and what was written to it. */
function openEnds(): { inner: Duplex; arrive: PassThrough; written: PassThrough } {
  const arrive = new PassThrough()
  const written = new PassThrough()
  return { inner: Duplex.from({ readable: arrive, writable: written }), arrive, written }
}

it('keeps the first 64 KiB and passes on all of it', async () => {
  const { inner, arrive } = openEnds()
  const { stream, stop } = keepFlight(inner)
  let passed = 0
  stream.on('data', (chunk: Buffer) => (passed += chunk.length))
  for (let at = 0; at < 100; at++) arrive.write(Buffer.alloc(1000, at))
  arrive.end()
  await once(stream, 'end')
  expect(passed).toBe(100_000)
  const flight = stop()
  expect(flight.length).toBe(64 * 1024)
  expect(flight[1500]).toBe(1)
})

it('keeps nothing once it was stopped', async () => {
  const { inner, arrive } = openEnds()
  const { stream, stop } = keepFlight(inner)
  stream.resume()
  arrive.write('a')
  await once(stream, 'data')
  expect(stop().toString()).toBe('a')
  arrive.end('b')
  await once(stream, 'end')
  expect(stop().length).toBe(0)
})

it('hands what came before the end to who reads late', async () => {
  const inner = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
  const stream = passThrough(inner)
  inner.push('alert')
  inner.push(null)
  inner.end()
  await once(inner, 'close')
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  expect(Buffer.concat(chunks).toString()).toBe('alert')
})

it('passes on what is written, and closes both ends', async () => {
  const { inner, written } = openEnds()
  const stream = passThrough(inner)
  stream.write('hello')
  const [chunk] = (await once(written, 'data')) as [Buffer]
  expect(chunk.toString()).toBe('hello')
  const closed = new Promise((resolve) => {
    inner.once('close', resolve)
  })
  stream.destroy()
  await closed
  expect(inner.destroyed).toBe(true)
})
