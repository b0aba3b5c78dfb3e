/** The sink that throughput and crashes are measured against: it must count right, however the octets are cut. */
import { once } from 'node:events'
import { connect } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAuthority } from '../../src/world/index.ts'
import { ContentEnd, startSink } from '../support/sink/index.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['sink.test'] })

test('the end of data is found where it is, however the octets are cut', () => {
  const pieces = fc.array(fc.constantFrom('\r\n', '.', '\r', '\n', 'x', '..'), { maxLength: 40 })
  fc.assert(
    fc.property(pieces, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (parts, sizes) => {
      const text = `${parts.join('')}\r\n.\r\nMAIL`
      const expected = `\r\n${text}`.indexOf('\r\n.\r\n') + 3
      const search = new ContentEnd()
      const all = Buffer.from(text)
      for (let at = 0; at < all.length;) {
        const next = Math.min(all.length, at + (sizes.next().value ?? 1))
        const found = search.find(all.subarray(at, next), 0)
        if (found >= 0) {
          expect(at + found).toBe(expected)
          return
        }
        at = next
      }
      expect.unreachable('the end was not found')
    }),
  )
})

const message = (id: number) => `Message-ID: <${id}@sender.test>\r\n\r\n..\r\n.x\r\n`
const envelope = 'MAIL FROM:<a@sender.test>\r\nRCPT TO:<b@sink.test>\r\n'

test.each([1, 3, 1000])('counts messages by id over DATA and BDAT, %i octets at a time', async (size) => {
  await using sink = await startSink({ identity, byId: true, behaviour: { chunking: true, plain: true } })
  const said =
    `EHLO client.test\r\n${envelope}DATA\r\n${message(1)}.\r\n` +
    `${envelope}DATA\r\n${message(2)}.\r\n${envelope}BDAT ${message(1).length}\r\n${message(1)}BDAT 0 LAST\r\n` +
    `${envelope}DATA\r\n.\r\nQUIT\r\n`
  const client = connect(sink.ports[0] ?? 0, '127.0.0.1')
  let heard = ''
  client.on('data', (chunk) => (heard += String(chunk)))
  for (let at = 0; at < said.length; at += size) client.write(said.slice(at, at + size))
  await once(client, 'close')
  expect(Object.fromEntries(sink.tally.byId ?? [])).toEqual({ '1@sender.test': 2, '2@sender.test': 1 })
  expect(sink.tally.takeSeries()).toMatchObject({ messages: 4 })
  expect(sink.tally.messages).toBe(0)
  expect(heard.match(/^250 2\.0\.0 taken/gm)).toHaveLength(4)
  expect(heard).toMatch(/221 2\.0\.0 bye\r\n$/)
})

test('is silent, or hangs up, where it is told to', async () => {
  const exceptions = { '0': { dropAt: 'mail' }, '1': { dropAt: 'connect' } } as const
  await using sink = await startSink({ identity, ports: 3, exceptions, behaviour: { hangAt: 'rcpt' } })
  const hear = async (port = 0): Promise<string> => {
    const client = connect(port, '127.0.0.1')
    let heard = ''
    client.on('data', (chunk) => {
      heard += String(chunk)
      // By then it has said all that it will say: what comes in one write is answered in one.
      if (heard.includes('250 2.0.0')) sink.dropAll()
    })
    client.on('error', () => undefined)
    client.write(`EHLO client.test\r\nMAIL FROM:<>\r\n`)
    await once(client, 'close')
    return heard
  }
  expect(await hear(sink.ports[0])).not.toContain('250 2.0.0')
  expect(await hear(sink.ports[1])).toBe('')
  expect(await hear(sink.ports[2])).toContain('250 2.0.0 ok')
})
