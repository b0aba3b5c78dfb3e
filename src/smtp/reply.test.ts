import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Malformed, type Reply, ReplyParser } from './index.ts'

function parse(...pieces: string[]): (Reply | Malformed)[] {
  const parser = new ReplyParser()
  const found: (Reply | Malformed)[] = []
  for (const piece of pieces) {
    parser.push(Buffer.from(piece))
    for (let next = parser.next(); next && !('kind' in next && found.length > 50); next = parser.next()) {
      found.push(next)
      if ('kind' in next) return found
    }
  }
  return found
}

describe('ReplyParser', () => {
  it('reads one line and many', () => {
    expect(parse('220 mx ESMTP\r\n')).toMatchObject([{ code: 220, lines: ['mx ESMTP'], bareLf: false }])
    expect(parse('250-mx\r\n250-SIZE 1000\r\n250 STARTTLS\r\n')).toMatchObject([
      { code: 250, lines: ['mx', 'SIZE 1000', 'STARTTLS'] },
    ])
  })

  it('reads the same in whatever pieces it comes (case 2)', () => {
    const text = '220-a\r\n220 b\r\n250 ok\r\n'
    const whole = parse(text)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length })), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        expect(parse(...at.slice(1).map((end, index) => text.slice(at[index], end)))).toEqual(whole)
      }),
    )
  })

  it('takes a reply without text (case 5)', () => {
    expect(parse('220\r\n')).toMatchObject([{ code: 220, lines: [''] }])
  })

  it('takes a bare line feed and says so (case 6)', () => {
    expect(parse('220 mx\n')).toMatchObject([{ code: 220, lines: ['mx'], bareLf: true }])
    expect(parse('220 mx\r\n250 ok\n')).toMatchObject([{ bareLf: false }, { bareLf: true }])
  })

  it('refuses codes that change within a reply (case 7)', () => {
    expect(parse('220-x\r\n250 y\r\n')).toMatchObject([{ kind: 'malformed', why: 'inconsistent reply codes' }])
  })

  it.each(['HTTP/1.1 400 Bad Request\r\n', '22 short\r\n', '999 no\r\n', '160 no\r\n', '\r\n', '220x\r\n'])(
    'refuses %j',
    (text) => {
      expect(parse(text)).toMatchObject([{ kind: 'malformed' }])
    },
  )

  it('keeps a hostile server bounded', () => {
    expect(parse('220 '.padEnd(5000, 'a'))).toMatchObject([{ kind: 'malformed', why: 'a line has no end' }])
    expect(parse(`${'220 '.padEnd(5000, 'a')}\r\n`)).toMatchObject([{ kind: 'malformed', why: 'a line is too long' }])
    expect(parse('250-x\r\n'.repeat(300))).toMatchObject([{ kind: 'malformed', why: 'a reply has too many lines' }])
  })

  it('reads an enhanced code only where its class agrees', () => {
    expect(parse('550 5.7.1 no\r\n')).toMatchObject([{ enhanced: '5.7.1' }])
    expect(parse('550 4.7.1 no\r\n')).toMatchObject([{ enhanced: undefined }])
    expect(parse('550 5.7.1no\r\n')).toMatchObject([{ enhanced: undefined }])
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (chunks) => {
        const parser = new ReplyParser()
        for (const chunk of chunks) {
          parser.push(Buffer.from(chunk))
          const next = parser.next()
          if (next && 'kind' in next) return
        }
      }),
    )
  })
})
