import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Asked, Dialect, Understood } from './dialect.ts'
import { imap } from './imap.ts'
import { pop3 } from './pop3.ts'
import { sieve } from './sieve.ts'
import { lmtp, smtp } from './smtp.ts'

/** What a dialect makes of bytes, cut into pieces of that size, as the answer to something. */
function hear<Unit extends object>(dialect: Dialect<Unit>, asked: Asked, bytes: Buffer, size = bytes.length || 1) {
  const parser = dialect.createParser()
  const units: Unit[] = []
  for (let at = 0; at < bytes.length; at += size) {
    parser.push(bytes.subarray(at, at + size))
    for (let next = parser.next(); next; next = parser.next()) {
      if ('kind' in next) return next
      units.push(next)
      const understood = dialect.understand(asked, 'a1', units)
      if (understood) return understood
    }
  }
  return undefined
}

function hearText<Unit extends object>(dialect: Dialect<Unit>, asked: Asked, text: string) {
  return hear(dialect, asked, Buffer.from(text))
}

function standing<Unit extends object>(dialect: Dialect<Unit>, asked: Asked, text: string): string | undefined {
  const understood = hearText(dialect, asked, text)
  return understood && ('said' in understood ? understood.said.standing : understood.kind)
}

function keywords(understood: ReturnType<typeof hearText>): string[] | undefined {
  return (understood as Understood | undefined)?.capabilities?.extensions.map(({ keyword, params }) =>
    [keyword, ...params].join(' '),
  )
}

describe('SMTP', () => {
  it.each([
    ['greeting', '220 mx', 'yes'],
    ['greeting', '250 mx', 'odd'],
    ['greeting', '554 no', 'never'],
    ['greeting', '450 later', 'later'],
    ['ehlo', '421 busy', 'closing'],
    ['starttls', '220', 'yes'],
    ['starttls', '354 go', 'odd'],
    ['starttls', '454 later', 'later'],
    ['quit', '221 bye', 'yes'],
  ] as const)('%s answered %j', (asked, text, expected) => {
    expect(standing(smtp, asked, `${text}\r\n`)).toBe(expected)
  })

  it('reads keywords of EHLO alone', () => {
    expect(keywords(hearText(lmtp, 'ehlo', '250-mx STARTTLS\r\n250-StartTLS \r\n250 SIZE 1\r\n'))).toEqual(['STARTTLS', 'SIZE 1'])
    expect(keywords(hearText(smtp, 'starttls', '220-mx\r\n220 SIZE\r\n'))).toBeUndefined()
  })
})

describe('IMAP', () => {
  it.each([
    ['greeting', '* OK hi', 'yes'],
    ['greeting', '* PREAUTH hi', 'yes'],
    ['greeting', '* BYE', 'closing'],
    ['greeting', '* NO', 'malformed'],
    ['greeting', 'a1 OK', 'malformed'],
    ['greeting', '* OKAY', 'malformed'],
    ['starttls', 'a1 OK', 'yes'],
    ['starttls', 'A1 OK', 'malformed'],
    ['starttls', 'a1 NO [INUSE] x', 'later'],
    ['starttls', 'a1 NO [LIMIT]', 'later'],
    ['starttls', 'a1 NO [unavailable] x', 'later'],
    ['starttls', 'a1 NO [CANNOT] x', 'never'],
    ['starttls', 'a1 BAD [UNAVAILABLE]', 'never'],
    ['starttls', '* BYE', 'closing'],
    ['starttls', '+', 'odd'],
    ['quit', '* BYE\r\na1 OK', 'yes'],
    ['starttls', '* OK {99}\r\na1 OK', 'yes'],
    ['starttls', '* LIST {5}\r\na1 OK\r\na1 NO', 'never'],
  ] as const)('%s answered %j', (asked, text, expected) => {
    expect(standing(imap, asked, `${text}\r\n`)).toBe(expected)
  })

  it('finds capabilities where they may stand, and the last of them counts', () => {
    expect(keywords(hearText(imap, 'greeting', '* OK [CAPABILITY IMAP4rev1 starttls AUTH=PLAIN] hi\r\n'))).toEqual([
      'IMAP4REV1',
      'STARTTLS',
      'AUTH=PLAIN',
    ])
    expect(keywords(hearText(imap, 'greeting', '* OK hi [CAPABILITY X]\r\n'))).toBeUndefined()
    expect(keywords(hearText(imap, 'ehlo', '* CAPABILITY A\r\n* CAPABILITY B\r\na1 OK\r\n'))).toEqual(['B'])
    expect(keywords(hearText(imap, 'ehlo', 'a1 OK [CAPABILITY C] done\r\n'))).toEqual(['C'])
    expect(keywords(hearText(imap, 'ehlo', 'a1 OK\r\n'))).toEqual([])
  })
})

describe('POP3', () => {
  it.each([
    ['greeting', '+OK', 'yes'],
    ['greeting', '+OKAY', 'malformed'],
    ['starttls', '-ERR', 'never'],
    ['starttls', '-ERR [SYS/TEMP] x', 'later'],
    ['starttls', '-ERR [SYS/PERM] x', 'never'],
    ['starttls', '+ ', 'odd'],
    ['ehlo', '+OK', undefined],
    ['ehlo', '+OK\r\nSTLS\r\n..', undefined],
    ['ehlo', '+OK\r\nSTLS\r\n.', 'yes'],
  ] as const)('%s answered %j', (asked, text, expected) => {
    expect(standing(pop3, asked, `${text}\r\n`)).toBe(expected)
  })
})

describe('ManageSieve', () => {
  it.each([
    ['greeting', 'OK', 'yes'],
    ['greeting', 'ok "hi"', 'yes'],
    ['greeting', '"A"', undefined],
    ['greeting', 'OKAY', 'malformed'],
    ['greeting', '"A" "B" "C"\r\nOK', 'malformed'],
    ['greeting', '"A"x\r\nOK', 'malformed'],
    ['greeting', '"A""B"\r\nOK', 'malformed'],
    ['starttls', 'NO (TRYLATER) "x"', 'later'],
    ['starttls', 'NO (QUOTA) "x"', 'never'],
    ['starttls', 'BYE', 'closing'],
  ] as const)('%s answered %j', (asked, text, expected) => {
    expect(standing(sieve, asked, `${text}\r\n`)).toBe(expected)
  })

  it('unquotes, and takes case away from names alone', () => {
    expect(keywords(hearText(sieve, 'greeting', '"SiEvE" "a\\"b c"\r\n{8}\r\nStartTLS\r\nOK\r\n'))).toEqual([
      'SIEVE a"b c',
      'STARTTLS',
    ])
  })
})

describe('every dialect', () => {
  const all = [smtp, lmtp, imap, pop3, sieve] as Dialect<object>[]
  const asked = fc.constantFrom<Asked>('greeting', 'ehlo', 'helo', 'starttls', 'quit', 'sync')
  const words = fc.array(
    fc.constantFrom(
      '220',
      '250-',
      ' ',
      '\r\n',
      '\n',
      '* OK',
      '* CAPABILITY ',
      'a1 OK',
      'a1 NO',
      '+OK',
      '-ERR',
      '.',
      '"A"',
      '{3}',
      'OK',
      'NO',
      'BYE',
      '[CAPABILITY ',
      ']',
      '\x00',
      '\x1b]0;x\x07',
      '\xff',
      '\\',
      '"',
    ),
    { maxLength: 30 },
  )
  const bytes = fc.oneof(
    words.map((list) => Buffer.from(list.join(''), 'latin1')),
    fc.uint8Array({ maxLength: 200 }).map((octets) => Buffer.from(octets)),
  )

  it('throws nothing, and understands the same octet by octet as at once', () => {
    fc.assert(
      fc.property(bytes, asked, (octets, question) => {
        for (const dialect of all) {
          const [slow, quick] = [hear(dialect, question, octets, 1), hear(dialect, question, octets)]
          // How much of the rest can be shown depends on how much of it has come.
          expect({ ...slow, shown: '' }).toEqual({ ...quick, shown: '' })
        }
      }),
      { numRuns: 500 },
    )
  })

  it('knows its own words where TLS was due, and takes no TLS for them', () => {
    const spoken = ['220 mx\r\n', '220 mx\r\n', '* OK hi\r\n', '+OK hi\r\n', '"SIEVE" "x"\r\n']
    for (const [at, dialect] of all.entries()) {
      expect(dialect.isSpeech(spoken[at] ?? '')).toBe(true)
      for (const other of ['', '\x16\x03\x03\x00\x7a', '\x15\x03\x01\x00\x02\x02\x28', 'HTTP/1.1 400 Bad Request'])
        expect(dialect.isSpeech(other)).toBe(false)
    }
  })
})
