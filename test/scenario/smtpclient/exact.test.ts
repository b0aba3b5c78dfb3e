import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MailOptions, Outgoing } from '../../../src/smtpclient/index.ts'
import { deliverWith, hashOf, letter } from '../../support/deliverWith.ts'

const ways: Partial<MailOptions>[] = (['across', 'within', 'none'] as const).flatMap((pipelining) =>
  [false, true].map((chunking) => ({ pipelining, chunking })),
)

/** RFC 5321 4.1.1.4: DATA ends what has no line end with one; a chunk has the octets as they are (RFC 3030 2). */
function arrives(message: Buffer, chunking: boolean): Buffer {
  const open = !chunking && message.length > 0 && message.subarray(-2).toString('latin1') !== '\r\n'
  return open ? Buffer.concat([message, Buffer.from('\r\n')]) : message
}

async function sendExactly(messages: readonly Buffer[], options: Partial<MailOptions>): Promise<void> {
  await using delivery = await deliverWith({}, options)
  const letters = messages.map((message, at): Outgoing => ({ ...letter(at), message }))
  for (const [at, one] of letters.entries()) {
    expect(await delivery.connection.send(one, Promise.resolve(letters[at + 1]))).toMatchObject([{ kind: 'accepted' }])
  }
  expect(delivery.seen.messages.map(({ octets, sha256 }) => [octets, sha256])).toEqual(
    messages.map((message) => {
      const whole = arrives(message, options.chunking ?? false)
      return [whole.length, hashOf(whole)]
    }),
  )
}

describe.each(ways)('with %o each octet arrives as it was', (options) => {
  it('dots, long lines, no lines, no line end (RFC 5321 4.5.2, 4.5.3.1.6)', async () => {
    const texts = [
      '',
      '.',
      '.\r\n',
      '..\r\n.\r\n...\r\n',
      '\r\n',
      '\r\n.\r\n',
      'a\r\n.',
      `${'x'.repeat(998)}\r\n.${'y'.repeat(997)}\r\n`,
      'Subject: x\r\n\r\nno line end',
      'Subject: x\r\n\r\nMAIL FROM:<a@b.example>\r\nQUIT\r\nBDAT 3 LAST\r\n',
      'Subject: x\r\n\r\nöäü\0\r\n',
    ]
    await sendExactly(
      texts.map((text) => Buffer.from(text)),
      options,
    )
  })

  it('30 MB, and a small message behind it', async () => {
    const line = `.${'0123456789'.repeat(7)}\r\n`
    await sendExactly([Buffer.alloc(30_000_000, line), Buffer.from('Subject: small\r\n\r\nx\r\n')], options)
  })

  it('at the edges of a block', async () => {
    const size = 256 * 1024
    await sendExactly(
      [size - 3, size - 2, size, size + 1, 2 * size].map((length) => Buffer.alloc(length, 'y')),
      options,
    )
  })

  it('whatever the lines are', async () => {
    const line = fc.string({ unit: fc.constantFrom('.', 'a', ' ', '\u00fc'), maxLength: 40 })
    const message = fc
      .tuple(fc.array(line, { maxLength: 20 }), fc.boolean())
      .map(([lines, closed]) => Buffer.from(lines.join('\r\n') + (closed ? '\r\n' : '')))
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 8 }), async (messages) => sendExactly(messages, options)),
      { numRuns: 15 },
    )
  })
})
