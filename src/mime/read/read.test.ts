import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseContentType } from './contentType.ts'
import { decodeBody, decodeWords, findFields, parseHead, parseMessage } from './index.ts'

function parse(text: string) {
  const part = parseMessage(Buffer.from(text))
  if (part.kind === 'unreadable') throw new Error(part.why)
  return part
}

describe('parseHead', () => {
  it('unfolds, keeps the order, and leaves out what is no field', () => {
    const head = parseHead(Buffer.from('A: 1\r\n 2\r\nno field\r\n goes on\r\nb : 3\r\na:4\r\n\r\nbody'))
    expect(head).toMatchObject({
      fields: [
        { name: 'a', value: '1 2' },
        { name: 'b', value: '3' },
        { name: 'a', value: '4' },
      ],
    })
    expect(head.kind === 'head' && findFields(head.fields, 'a')).toEqual(['1 2', '4'])
  })

  it('says where the body begins', () => {
    for (const text of ['A: 1\n\nbody', 'A: 1\r\n\r\nbody', '\nbody', 'A: 1\n\r\nbody']) {
      const head = parseHead(Buffer.from(text))
      expect(head.kind === 'head' && text.slice(head.end)).toBe('body')
    }
    expect(parseHead(Buffer.from('A: 1'))).toMatchObject({ end: 4, fields: [{ value: '1' }] })
  })

  it('is bounded in octets and fields', () => {
    expect(parseHead(Buffer.from(`A: ${'x'.repeat(70_000)}`))).toMatchObject({ kind: 'unreadable' })
    expect(parseHead(Buffer.from('A: x\n'.repeat(20_000)))).toMatchObject({ kind: 'unreadable' })
    expect(parseHead(Buffer.from('A:\n'.repeat(1001)))).toMatchObject({ why: 'a header has more than 1000 fields' })
    expect(parseHead(Buffer.from(`A: x\n\n${'x'.repeat(70_000)}`))).toMatchObject({ kind: 'head' })
  })
})

describe('parseContentType', () => {
  it.each([
    ['text/plain', 'text/plain', {}],
    ['Text / plain', undefined, {}],
    ['multipart/report; boundary="a \\"b\\" c"; report-type=delivery-status', 'multipart/report', { boundary: 'a "b" c' }],
    ['multipart/mixed (a (nested) comment; boundary=x) ;Boundary = y', 'multipart/mixed', { boundary: 'y' }],
    ['multipart/mixed; boundary="(no comment)"', 'multipart/mixed', { boundary: '(no comment)' }],
    ['multipart/mixed; boundary=4Zq.1/mx; boundary=second', 'multipart/mixed', { boundary: '4Zq.1/mx' }],
    ['nonsense', undefined, {}],
  ] as const)('reads %j', (text, type, expected) => {
    const read = parseContentType(text)
    expect(read?.type).toBe(type)
    expect(Object.fromEntries(read?.parameters ?? [])).toMatchObject(expected)
  })

  it('is text where nothing is said', () => {
    expect(parseContentType(undefined)?.type).toBe('text/plain')
  })
})

describe('parseMessage', () => {
  it('parts what delimiters part, and nothing else', () => {
    const text = [
      'Content-Type: multipart/mixed; boundary=b',
      '',
      'preamble',
      '--b ',
      '',
      'one --b',
      '--bc',
      '',
      '--b\t',
      'Content-Type: multipart/alternative; boundary=bb',
      '',
      '--bb',
      '',
      'inner',
      '--b--',
      'epilogue',
      '--b',
      'never',
    ]
    for (const end of ['\n', '\r\n']) {
      const { parts } = parse(text.join(end))
      expect(parts.map(({ body }) => body.toString())).toMatchObject([['one --b', '--bc', ''].join(end), expect.any(String)])
      expect(parts[1]?.parts.map(({ body }) => body.toString())).toEqual(['inner'])
    }
  })

  it('takes a cut message as far as it goes', () => {
    expect(parse('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none').parts[0]?.body.toString()).toBe('one')
    expect(parse('Content-Type: multipart/mixed; boundary=b\n\n--b').parts).toHaveLength(1)
    expect(parse('Content-Type: multipart/mixed; boundary=b\n\nnone').parts).toEqual([])
  })

  it('leaves a message within a message closed', () => {
    const inner = 'Content-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--'
    const [part] = parse(
      `Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n${inner}\n--b--`,
    ).parts
    expect(part).toMatchObject({ type: 'message/rfc822', parts: [] })
    expect(part?.body.toString()).toBe(inner)
  })

  it('refuses multiparts without a boundary', () => {
    for (const type of ['multipart/mixed', 'multipart/mixed; boundary=""', `multipart/mixed; boundary=${'b'.repeat(201)}`])
      expect(parseMessage(Buffer.from(`Content-Type: ${type}\n\nx`))).toMatchObject({ kind: 'unreadable' })
  })

  it('never throws, and copies nothing, whatever comes', () => {
    const word = fc.constantFrom('--b', '\n', '\r\n', 'Content-Type: multipart/mixed; boundary=b', '--', ' ', 'x', ':', '"', '(')
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const octets = Buffer.from(`Content-Type: multipart/mixed; boundary=b\n\n${words.join('')}`)
        const part = parseMessage(octets)
        if (part.kind === 'part') for (const { body } of part.parts) expect(body.buffer).toBe(octets.buffer)
      }),
    )
  })
})

describe('decodeBody', () => {
  const decode = (encoding: string, body: string | Buffer) =>
    decodeBody({ fields: [{ name: 'content-transfer-encoding', value: encoding }], body: Buffer.from(body) })?.toString()

  it('undoes what it knows', () => {
    expect(decode('8BIT', 'größer')).toBe('größer')
    expect(decode('base64', 'Z3\nLDtsOfZXI=')).toBe('größer')
    expect(decode('quoted-printable', 'gr=C3=B6=c3=9fer =\r\nis  \r\nmore = 1=\n')).toBe('größer is\r\nmore = 1')
    expect(decode('quoted-printable', 'kept=20 \n')).toBe('kept \n')
    expect(decode('uuencode', 'x')).toBeUndefined()
  })

  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        const written = [...octets].map((octet) => `=${octet.toString(16).padStart(2, '0')}=\r\n`).join('')
        const body = decodeBody({
          fields: [{ name: 'content-transfer-encoding', value: 'quoted-printable' }],
          body: Buffer.from(written),
        })
        expect(body).toEqual(Buffer.from(octets))
      }),
    )
  })
})

describe('decodeWords', () => {
  it('decodes what it knows, and leaves the rest', () => {
    expect(decodeWords('=?UTF-8?Q?Gr=C3=B6=C3=9Fe_1?= =?utf-8?b?w6Q=?= x')).toBe('Größe 1ä x')
    expect(decodeWords('=?iso-8859-1?q?=E4?=')).toBe('ä')
    for (const text of ['=?klingon?q?=E4?=', '=?UTF-8?X?a?=', '=?UTF-8?Q?a']) expect(decodeWords(text)).toBe(text)
  })
})
