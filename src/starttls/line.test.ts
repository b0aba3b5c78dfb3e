import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Line, LineParser, lineText } from './line.ts'
import type { Malformed } from '../smtp/index.ts'

function parse(pieces: readonly (string | Buffer)[], literals = true): (Line | Malformed)[] {
  const parser = new LineParser(() => literals)
  const found: (Line | Malformed)[] = []
  for (const piece of pieces) {
    parser.push(Buffer.from(piece as string))
    for (let next = parser.next(); next; next = parser.next()) {
      found.push(next)
      if ('kind' in next) return found
    }
  }
  return found
}

describe('LineParser', () => {
  it('reads lines, and notes those that end in LF alone (case 6)', () => {
    expect(parse(['+OK a\r\n+OK b\n+OK c\r\n'])).toEqual([
      { pieces: ['+OK a'], bareLf: false },
      { pieces: ['+OK b'], bareLf: true },
      { pieces: ['+OK c'], bareLf: false },
    ])
  })

  it('reads literals, also empty ones and such with line ends in them', () => {
    expect(parse(['"A" {3}\r\na\r\n {0}\r\n\r\n{2+}\r\nhi\r\n'])).toEqual([
      { pieces: ['"A" {3}', 'a\r\n', ' {0}', '', ''], bareLf: false },
      { pieces: ['{2+}', 'hi', ''], bareLf: false },
    ])
    expect(lineText({ pieces: ['NO {5}', 'later', ''], bareLf: false })).toBe('NO {5} later')
  })

  it('takes for a literal what is one, and no text that looks so', () => {
    expect(parse(['{5}\r\nhello\r\n'], false)).toEqual([
      { pieces: ['{5}'], bareLf: false },
      { pieces: ['hello'], bareLf: false },
    ])
    for (const text of ['"x{5}"', 'x{5}', '{a}', '{}', '{-1}', '{12345678901}'])
      expect(parse([`${text}\r\n`])).toEqual([{ pieces: [text], bareLf: false }])
  })

  it('keeps a hostile server bounded', () => {
    expect(parse(['+OK '.padEnd(5000, 'a')])).toMatchObject([{ why: 'a line has no end' }])
    expect(parse([`${'+OK '.padEnd(5000, 'a')}\r\n`])).toMatchObject([{ why: 'a line is too long' }])
    expect(parse(['x {9999999999}\r\n'])).toMatchObject([{ why: 'a literal is too long' }])
    expect(parse(['{4000}\r\n', 'a'.repeat(4000), ' {200}\r\n'])).toMatchObject([{ why: 'a literal is too long' }])
    expect(parse(['{0}\r\n '.repeat(2000)])).toMatchObject([{ why: 'a literal is too long' }])
  })

  it('once lost, stays lost', () => {
    const parser = new LineParser(() => true)
    parser.push(Buffer.from('x {99999}\r\n'))
    expect(parser.next()).toMatchObject({ kind: 'malformed' })
    parser.push(Buffer.from('+OK\r\n'))
    expect(parser.next()).toMatchObject({ kind: 'malformed', why: 'a literal is too long' })
  })

  it('counts what it holds, and lets go of it', () => {
    const parser = new LineParser(() => true)
    parser.push(Buffer.from('a\r\n"b" {5}\r\nhe'))
    expect(parser.next()).toEqual({ pieces: ['a'], bareLf: false })
    expect(parser.next()).toBeUndefined()
    expect(parser.buffered).toBe('"b" {5}\r\nhe'.length)
    expect(parser.drain().toString()).toBe('"b" {5}\r\nhe')
    expect(parser.buffered).toBe(0)
  })

  const octets = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes))
  const words = fc.array(
    fc.constantFrom('* ', 'OK', '"a"', ' ', '{3}', '{0+}', '\r\n', '\n', 'abc', '\x00', '\x1b[2J', '{', '.'),
    { maxLength: 40 },
  )

  it('never throws, and reads the same octet by octet as at once', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          octets,
          words.map((list) => Buffer.from(list.join(''))),
        ),
        fc.boolean(),
        (bytes, literals) => {
          const single = [...bytes].map((byte) => Buffer.from([byte]))
          expect(parse(single, literals)).toEqual(parse([bytes], literals))
        },
      ),
    )
  })

  it('reads back what was written', () => {
    const text = fc.stringMatching(/^[ -z]{0,20}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.string({ unit: 'binary-ascii', maxLength: 30 }))), text, (pairs, last) => {
        const pieces = [...pairs.flatMap(([before, literal]) => [`${before} {${literal.length}}`, literal]), last]
        const wire = pieces.map((piece, at) => (at % 2 === 0 ? `${piece}\r\n` : piece)).join('')
        expect(parse([wire])).toEqual([{ pieces, bareLf: false }])
      }),
    )
  })
})
