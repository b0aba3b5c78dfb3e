/**
 * Somebody wants a shop to stop writing to others, or its program to stop at all. He can send mail to the address where
 * bounces arrive, as anybody can, and he is on the shop's list himself, so he knows what its messages look like: the form of
 * the Message-ID, a number that counts up, and a return path with a token, his own. He sends bounces and complaints about
 * messages to other people, and messages that are made to cost a reader its memory or its time.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Reading, readBounces, recogniseInbound } from '../../src/bounce/index.ts'
import { readMailbox } from '../../src/mailbox/index.ts'
import { createMemoryLedger, createMemorySuppressions, returnPathOf, sentTo, store } from '../support/bounces.ts'
import { fromExim, fromFeedbackLoop, fromOldExim, fromPostfix, fromQmail } from '../support/inbound.ts'

const key = randomBytes(32)
/** The attacker is message 1; the others are whom he is after. */
const attacker = 'eve@e.test'
const victims = ['ada@a.test', 'bob@b.test', 'cy@c.test']
const day = 86_400_000
const path = (id: number, by = key): string => {
  const address = [attacker, ...victims][id - 1] ?? ''
  return returnPathOf(by, { id, address, addressKey: address })
}

/** Reads what he sent, on a number of days one after the other, and gives who gets no more mail. */
async function suffer(messages: readonly Buffer[], days = 1): Promise<{ suppressed: readonly string[]; readings: Reading[] }> {
  const suppressions = createMemorySuppressions()
  const ledger = createMemoryLedger()
  const readings: Reading[] = []
  for (let at = 0; at < days; at++) {
    const now = (): number => Date.UTC(2026, 10, 25) + at * day
    const options = { key, ledger, suppressions, messages: sentTo([attacker, ...victims]), now }
    for await (const reading of readBounces(store(messages), options)) readings.push(reading)
  }
  return { suppressed: suppressions.rows.map(({ addressKey }) => addressKey), readings }
}

describe('forged reports', () => {
  it('without a token suppress nobody, however many they are', async () => {
    const forged = victims.flatMap((recipient, index) => {
      const returned = [`Message-ID: <${index + 2}.0123456789abcdef@shop.example>`]
      return [
        fromPostfix({ recipient, returned }),
        fromExim({ recipient, returned }),
        fromQmail({ recipient, returned }),
        fromOldExim({ recipient }),
        fromPostfix({ recipient, returned, status: '4.2.2', diagnostic: '452 4.2.2 full' }),
        fromPostfix({ recipient, returned: [] }),
      ]
    })
    const { suppressed, readings } = await suffer(forged, 30)
    expect(suppressed).toEqual([])
    expect(readings.some(({ consequence }) => consequence?.kind === 'note')).toBe(true)
  })

  it('with a token that was guessed, changed, or made with another key suppress nobody', async () => {
    const other = path(2, randomBytes(32))
    const token = /\+(.*)@/.exec(path(1))?.[1] ?? ''
    const guesses = [other, ...'abcdefg'.split('').map((letter) => `bounces+${letter}${token.slice(1)}@shop.example`)].filter(
      (to) => to !== path(1),
    )
    const { suppressed } = await suffer(guesses.map((to) => fromPostfix({ to, recipient: 'ada@a.test', returned: [] })))
    expect(suppressed).toEqual([])
  })

  it('with his own token and the names of others do not suppress the others', async () => {
    const forged = victims.flatMap((recipient, index) => [
      fromPostfix({ to: path(1), recipient, returned: [`Message-ID: <${index + 2}.0123456789abcdef@shop.example>`] }),
      fromQmail({ to: path(1), recipient }),
      fromOldExim({ to: path(1), recipient }),
    ])
    const { suppressed } = await suffer(forged)
    expect(suppressed).toEqual([])
  })

  it('about himself take himself off the list', async () => {
    expect((await suffer([fromPostfix({ to: path(1), recipient: attacker })])).suppressed).toEqual([attacker])
  })

  it('of complaints whose recipient is left out do not clear the list by counting up', async () => {
    const forged = [2, 3, 4].flatMap((id) =>
      ['redacted', '', attacker].map((recipient) =>
        fromFeedbackLoop({ recipient, returned: [`Message-ID: <${id}.0123456789abcdef@shop.example>`] }),
      ),
    )
    expect((await suffer(forged)).suppressed).toEqual([])
  })

  it('within a letter, or beside one, are not reports', async () => {
    const report = fromPostfix({ to: path(2), recipient: 'ada@a.test' }).toString()
    const boundary = 'Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n'
    const letters = [`Subject: Look\r\n${boundary}${report}\r\n--outer--\r\n`, `Subject: Look\r\n\r\n${report}`]
    const attached = `Subject: Look\r\n${boundary}Content-Type: message/rfc822\r\n\r\n${report}\r\n--outer--\r\n`
    const { readings } = await suffer([...letters, attached].map((text) => Buffer.from(text)))
    expect(readings.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown'])
  })
})

describe('messages that cost', () => {
  const recognise = (content: Buffer) => recogniseInbound({ content, whole: true })

  it('ten thousand multiparts within one another', () => {
    let text = ''
    for (let depth = 0; depth < 10_000; depth++) text += `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`
    expect(recognise(Buffer.from(text))).toMatchObject({ kind: 'unreadable', why: expect.stringContaining('deep') })
  })

  it('ten thousand parts beside one another', () => {
    const text = `Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(10_000)}`
    expect(recognise(Buffer.from(text))).toMatchObject({ kind: 'unreadable', why: expect.stringContaining('parts') })
  })

  it('the same boundary at every depth', () => {
    const text = 'Content-Type: multipart/report; boundary=b\n\n--b\n'.repeat(50_000)
    expect(recognise(Buffer.from(text)).kind).not.toBe('delivery-report')
  })

  it('a header of ten megabytes, in one line or in many', () => {
    for (const header of [`X: ${'x'.repeat(10_000_000)}\n\n`, 'X: y\n'.repeat(2_000_000), `X: ${' y\n'.repeat(3_000_000)}`])
      expect(recognise(Buffer.from(header))).toMatchObject({ kind: 'unreadable' })
  })

  it.each([
    [2_000, 'recipients'],
    [100_000, '1 MB'],
  ])('a report on %i recipients', (size, why) => {
    const groups = '\nFinal-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1\n'.repeat(size)
    const text = `Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n${groups}\n--b--\n`
    expect(recognise(Buffer.from(text))).toMatchObject({ kind: 'unreadable', why: expect.stringContaining(why) })
  })

  it('ten megabytes of what patterns stumble over', () => {
    const report = (encoding: string, body: string) =>
      Buffer.from(
        `Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: ${encoding}\n\n${body}\n--b--\n`,
      )
    for (const body of [' '.repeat(9_000_000), '=\r'.repeat(4_000_000), '='.repeat(9_000_000), '\n'.repeat(9_000_000)])
      expect(recognise(report('quoted-printable', body))).toMatchObject({ kind: 'unreadable' })
    expect(recognise(Buffer.from(`\nHi. This is the${'\n\n<a@b.test>:\nx'.repeat(600_000)}`)).kind).toBe('unknown')
    expect(recognise(Buffer.from(`Content-Type: ${'('.repeat(60_000)}\n\nx`)).kind).toBe('unknown')
    expect(recognise(Buffer.from(`Content-Type: multipart/x; boundary=-\n\n${'-'.repeat(9_000_000)}`)).kind).toBe('unknown')
  })

  it('tokens by the thousand', async () => {
    const to = Array.from({ length: 1_500 }, (_, index) => `b+${'a'.repeat(18)}@${index}.test`).join(',\r\n ')
    expect(
      (await suffer([fromPostfix({ to: `${to.slice(0, 60_000)}, ${path(2)}`, recipient: 'ada@a.test', returned: [] })]))
        .suppressed,
    ).toEqual([])
  })
})

describe('a mailbox that costs', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  })
  afterEach(async () => {
    await rm(folder, { recursive: true })
  })

  it('is read though a gigabyte of nothing lies in it', async () => {
    const box = join(folder, 'box')
    await writeFile(box, 'From x Mon Nov 23 10:00:00 2026\nSubject: large\n\n')
    await truncate(box, 2 ** 30)
    await writeFile(box, `\n\nFrom x Mon Nov 23 10:00:00 2026\n${fromPostfix().toString()}`, { flag: 'a' })
    const kinds = []
    for await (const stored of readMailbox(box)) kinds.push(recogniseInbound(stored).kind)
    expect(kinds).toEqual(['unreadable', 'delivery-report'])
  })
})
