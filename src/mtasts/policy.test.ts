import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type StsPolicy, describePolicyWarning, matchMx, parsePolicy, printPolicy } from './index.ts'

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('')
const good = ['version: STSv1', 'mode: enforce', 'mx: mx.example.test', 'max_age: 604800']

/** The good policy with a line in the place of the one that begins alike, or behind the others. */
function withLine(line: string): string {
  const key = line.split(':')[0] ?? ''
  return lines(...good.filter((other) => !other.startsWith(`${key}:`)), line)
}

describe('a policy', () => {
  it.each([
    ['LF', lines(...good)],
    ['CRLF', good.join('\r\n') + '\r\n'],
    ['both', `${good[0]}\n${good[1]}\r\n${good[2]}\n${good[3]}\r\n`],
    ['no end of the last line', good.join('\n')],
    ['another order', lines(...good.toReversed())],
    ['spaces behind', good.map((line) => `${line} \t\n`).join('')],
    ['no space behind the colon', lines(...good).replaceAll(': ', ':')],
    ['much space behind the colon', lines(...good).replaceAll(': ', ': \t  ')],
  ])('case 68: with %s', (_, text) => {
    expect(parsePolicy(text)).toEqual({
      kind: 'policy',
      policy: { mode: 'enforce', maxAge: 604_800, mx: ['mx.example.test'], extensions: [] },
      warnings: [],
    })
  })

  it('case 68: keys that are not known are kept apart', () => {
    const parsed = parsePolicy(lines(...good, 'x-note: größer als = ; sonst', 'nmx: mx2.example.test'))
    expect(parsed).toMatchObject({
      kind: 'policy',
      policy: {
        mx: ['mx.example.test'],
        extensions: [
          { key: 'x-note', value: 'größer als = ; sonst' },
          { key: 'nmx', value: 'mx2.example.test' },
        ],
      },
      warnings: [
        { kind: 'unknown-key', key: 'x-note', meant: undefined },
        { kind: 'unknown-key', key: 'nmx', meant: 'mx' },
      ],
    })
  })

  it.each([
    ['nmx', 'mx'],
    ['MX', 'mx'],
    ['mxs', 'mx'],
    ['Mode', 'mode'],
    ['max-age', 'max_age'],
    ['maxage', 'max_age'],
    ['Version', 'version'],
    ['verson', 'version'],
    ['comment', undefined],
  ])('case 68: %s was meant as %s', (key, meant) => {
    const parsed = parsePolicy(lines(...good, `${key}: x`))
    expect(parsed.kind === 'policy' && parsed.warnings).toEqual([{ kind: 'unknown-key', key, meant }])
  })

  it('case 68: a typo that leaves no mx is named beside the error', () => {
    expect(parsePolicy(lines('version: STSv1', 'mode: enforce', 'nmx: mx.example.test', 'max_age: 604800'))).toEqual({
      kind: 'malformed',
      errors: [{ kind: 'missing', key: 'mx' }],
      warnings: [{ kind: 'unknown-key', key: 'nmx', meant: 'mx' }],
    })
  })

  it('case 68: of each key but mx the first counts', () => {
    const more = ['version: STSv2', 'mode: none', 'mx: mx2.example.test', 'max_age: 1']
    expect(parsePolicy(lines(...good, ...more))).toMatchObject({
      policy: { mode: 'enforce', maxAge: 604_800, mx: ['mx.example.test', 'mx2.example.test'] },
      warnings: [
        { kind: 'duplicate-key', key: 'version' },
        { kind: 'duplicate-key', key: 'mode' },
        { kind: 'duplicate-key', key: 'max_age' },
      ],
    })
  })

  it('case 67: mx in capitals, with a final dot, in U-labels', () => {
    const parsed = parsePolicy(lines(...good, 'mx: MX2.Example.TEST', 'mx: *.Example.net.', 'mx: *.bücher.test'))
    expect(parsed).toMatchObject({
      policy: { mx: ['mx.example.test', 'mx2.example.test', '*.example.net', '*.xn--bcher-kva.test'] },
      warnings: [
        { kind: 'mx-final-dot', value: '*.Example.net.' },
        { kind: 'mx-unicode', value: '*.bücher.test' },
      ],
    })
  })

  it('case 68: mode none needs no mx, and has no use for any', () => {
    expect(parsePolicy(lines('version: STSv1', 'mode: none', 'max_age: 86400'))).toMatchObject({
      policy: { mode: 'none', mx: [] },
      warnings: [],
    })
    expect(parsePolicy(withLine('mode: none'))).toMatchObject({ policy: { mode: 'none' }, warnings: [{ kind: 'mx-unused' }] })
  })

  it('case 68: mode testing', () => {
    expect(parsePolicy(withLine('mode: testing'))).toMatchObject({ policy: { mode: 'testing' }, warnings: [] })
  })

  it.each([
    ['0', 0, 'max-age-zero'],
    ['3600', 3_600, 'max-age-short'],
    ['86400', 86_400, undefined],
    ['31557600', 31_557_600, undefined],
    ['31557601', 31_557_600, 'max-age-long'],
    ['9999999999', 31_557_600, 'max-age-long'],
    ['0000604800', 604_800, undefined],
  ])('case 68: max_age %s counts as %i, warning %s', (value, maxAge, warning) => {
    const parsed = parsePolicy(withLine(`max_age: ${value}`))
    expect(parsed).toMatchObject({ kind: 'policy', policy: { maxAge } })
    expect(parsed.warnings.map(({ kind }) => kind)).toEqual(warning === undefined ? [] : [warning])
  })

  it('blank lines and spaces where none belong do no harm, and are named', () => {
    expect(parsePolicy(`\nversion: STSv1\n mode: enforce\nmx : mx.example.test\n\nmax_age: 604800\n\n`)).toMatchObject({
      policy: { mode: 'enforce', mx: ['mx.example.test'] },
      warnings: [1, 3, 4, 5, 7].map((line) => ({ kind: 'stray-space', line })),
    })
  })

  it('every warning has words', () => {
    const odd = lines(
      ...good.slice(0, 1),
      'mode: none',
      'mx: a.\u001b.test.',
      'mx: MX.ä.test.',
      ' x: y',
      'max_age: 0',
      'mode: none',
    )
    const parsed = parsePolicy(odd.replace('a.\u001b.test.', 'a.test.'))
    expect(parsed.warnings.length).toBeGreaterThan(5)
    for (const warning of parsed.warnings) expect(describePolicyWarning(warning)).toMatch(/polic/)
  })
})

describe('what is none', () => {
  it.each([
    ['', [{ kind: 'empty' }]],
    [' \r\n\n', [{ kind: 'empty' }]],
    ['<!DOCTYPE html><title>404</title>', [{ kind: 'html' }]],
    ['\n  <HTML>', [{ kind: 'html' }]],
    [withLine('version: STSv2'), [{ kind: 'bad-version', value: 'STSv2' }]],
    [withLine('version: stsv1'), [{ kind: 'bad-version', value: 'stsv1' }]],
    [withLine('mode: Enforce'), [{ kind: 'bad-mode', value: 'Enforce' }]],
    [withLine('mode: report'), [{ kind: 'bad-mode', value: 'report' }]],
    [withLine('mode:'), [{ kind: 'bad-mode', value: '' }]],
    [withLine('max_age: 1d'), [{ kind: 'bad-max-age', value: '1d' }]],
    [withLine('max_age: -1'), [{ kind: 'bad-max-age', value: '-1' }]],
    [withLine('max_age: 1e3'), [{ kind: 'bad-max-age', value: '1e3' }]],
    [withLine('max_age: 12345678901'), [{ kind: 'bad-max-age', value: '12345678901' }]],
    [withLine('max_age:'), [{ kind: 'bad-max-age', value: '' }]],
    ...[
      '',
      '.',
      '*',
      '*.',
      '.example.test',
      'mx*.example.test',
      '*.*.example.test',
      'a.*.test',
      'a..test',
      '-a.test',
      '192.0.2.1',
      '[192.0.2.1]',
      'a.test, b.test',
      'a@b.test',
      'a.test..',
      'mx.example.test:25',
      `${'x'.repeat(64)}.test`,
      'mx.éxample.test/',
    ].map((value) => [withLine(`mx: ${value}`), [{ kind: 'bad-mx', value }]] as const),
    [lines(...good, 'no colon here'), [{ kind: 'bad-line', line: 5, text: 'no colon here' }]],
    [lines(...good, ': x'), [{ kind: 'bad-line', line: 5, text: ': x' }]],
    [lines(...good, 'x:'), [{ kind: 'bad-line', line: 5, text: 'x:' }]],
    [lines(...good, 'x: a\0b'), [{ kind: 'bad-line', line: 5, text: 'x: a\0b' }]],
    [lines(...good, 'sp ace: x'), [{ kind: 'bad-line', line: 5, text: 'sp ace: x' }]],
    [
      `\ufeff${lines(...good)}`,
      [
        { kind: 'bad-line', line: 1, text: '\ufeffversion: STSv1' },
        { kind: 'missing', key: 'version' },
      ],
    ],
  ] as const)('case 68: %j', (text, errors) => {
    expect(parsePolicy(text)).toMatchObject({ kind: 'malformed', errors })
  })

  it.each(['version', 'mode', 'mx', 'max_age'])('case 68: without %s', (key) => {
    const text = lines(...good.filter((line) => !line.startsWith(`${key}:`)))
    expect(parsePolicy(text)).toMatchObject({ kind: 'malformed', errors: [{ kind: 'missing', key }] })
  })

  it('case 68: all that is wrong is named at once', () => {
    const parsed = parsePolicy('mode: x\nmx: *\n')
    expect(parsed.kind === 'malformed' && parsed.errors.map(({ kind }) => kind)).toEqual([
      'missing',
      'bad-mode',
      'missing',
      'bad-mx',
    ])
  })

  it('case 68: lines ended by CR alone', () => {
    expect(parsePolicy(good.join('\r'))).toMatchObject({ kind: 'malformed', errors: [{ kind: 'bad-version' }, {}, {}, {}] })
  })

  it('case 68: more than 64 KiB', () => {
    const limit = 65_536
    expect(parsePolicy(lines(...good).padEnd(limit, '\n'))).toMatchObject({ kind: 'policy' })
    expect(parsePolicy(lines(...good).padEnd(limit + 1, '\n'))).toMatchObject({ errors: [{ kind: 'too-large', limit }] })
    expect(parsePolicy('ä'.repeat(limit / 2 + 1))).toMatchObject({ errors: [{ kind: 'too-large', limit }] })
  })

  it('case 68: too many mx', () => {
    const many = (count: number) =>
      lines(...good.slice(0, 2), good[3] ?? '', ...Array.from({ length: count }, (_, n) => `mx: a${n}.test`))
    expect(parsePolicy(many(256))).toMatchObject({ kind: 'policy' })
    expect(parsePolicy(many(257))).toMatchObject({ kind: 'malformed', errors: [{ kind: 'too-many-mx', limit: 256 }] })
  })

  it('bytes that are no UTF-8', () => {
    expect(parsePolicy(Buffer.from([0x76, 0xff]))).toMatchObject({ errors: [{ kind: 'not-utf8' }] })
    expect(parsePolicy(Buffer.from(`\ufeff${lines(...good)}`))).toMatchObject({ kind: 'malformed' })
  })

  it('a text of nothing but faults is not told in full', () => {
    const parsed = parsePolicy('x\n'.repeat(30_000))
    expect(parsed.kind === 'malformed' && parsed.errors.length).toBeLessThan(20)
    expect(JSON.stringify(parsePolicy(`x${'y'.repeat(60_000)}`)).length).toBeLessThan(2_000)
    expect(JSON.stringify(parsePolicy('\n'.repeat(60_000) + 'x: y')).length).toBeLessThan(5_000)
  })
})

const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/)
const hostName = fc
  .array(label, { minLength: 2, maxLength: 4 })
  .map((labels) => labels.join('.'))
  .filter((name) => !/^\d+$/.test(name.split('.').at(-1) ?? ''))
  // What looks like an A-label has rules of its own, which nobody checks here.
  .filter((name) => !/(?:^|\.)..--/.test(name))

const anyPolicy: fc.Arbitrary<StsPolicy> = fc.record({
  mode: fc.constantFrom('enforce', 'testing', 'none'),
  maxAge: fc.integer({ min: 0, max: 31_557_600 }),
  mx: fc.array(
    fc.tuple(fc.boolean(), hostName).map(([wild, name]) => (wild ? `*.${name}` : name)),
    { minLength: 1, maxLength: 8 },
  ),
  extensions: fc.array(
    fc.record({
      key: fc
        .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/)
        .filter((key) => !['version', 'mode', 'mx', 'max_age'].includes(key)),
      value: fc
        .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
        .filter((text) => text === text.trim() && !/[\u0000-\u001f\u007f]/.test(text) && text !== ''),
    }),
    { maxLength: 4 },
  ),
})

describe('with any input', () => {
  it('what is printed is read back the same, from text and from bytes', () => {
    fc.assert(
      fc.property(anyPolicy, fc.boolean(), (policy, lf) => {
        const text = lf ? printPolicy(policy).replaceAll('\r\n', '\n') : printPolicy(policy)
        expect(parsePolicy(text)).toMatchObject({ kind: 'policy', policy })
        expect(parsePolicy(Buffer.from(text))).toMatchObject({ kind: 'policy', policy })
      }),
    )
  })

  it('never throws; what comes out of it is in the grammar', () => {
    const piece = fc.constantFrom(
      ...good,
      '\n',
      '\r\n',
      ':',
      ' ',
      'mx: *.',
      'mx:',
      '\0',
      'max_age: 1',
      'ü',
      '<',
      'x: y',
      'mode: none',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
    )
    const odd = ['', 'x: y', 'mx: *.Ü.test.', ' mode: none', 'nmx: a', 'max_age: 99999999', 'x: a b', 'mx: A.test']
    const mostlyGood = fc.shuffledSubarray([...good, ...odd], { minLength: 8 }).map((some) => some.join('\n'))
    fc.assert(
      fc.property(fc.oneof(text, mostlyGood, fc.uint8Array({ maxLength: 200 })), (input) => {
        const parsed = parsePolicy(input)
        if (parsed.kind === 'malformed') {
          expect(parsed.errors.length).toBeGreaterThan(0)
          return
        }
        expect(parsed.policy.maxAge).toBeGreaterThanOrEqual(0)
        for (const pattern of parsed.policy.mx) expect(pattern).toMatch(/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/)
        expect(parsePolicy(printPolicy(parsed.policy))).toMatchObject({ kind: 'policy', policy: parsed.policy })
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('which hosts it names', () => {
  it.each([
    ['mx.example.com', 'mx.example.com', true],
    ['mx.example.com', 'MX.Example.COM', true],
    ['MX.Example.com', 'mx.example.com.', true],
    ['mx.example.com.', 'mx.example.com', true],
    ['mx.example.com', 'mx.example.com..', false],
    ['mx.example.com', 'mx2.example.com', false],
    ['mx.example.com', 'a.mx.example.com', false],
    ['mx.example.com', 'xmx.example.com', false],
    ['example.com', 'mx.example.com', false],
    ['*.example.com', 'mx.example.com', true],
    ['*.EXAMPLE.com', 'Mx.eXample.com.', true],
    ['*.example.com', 'a.b.example.com', false],
    ['*.example.com', 'example.com', false],
    ['*.example.com', '.example.com', false],
    ['*.example.com', 'mxexample.com', false],
    ['*.example.com', 'mx.example.com.evil.test', false],
    ['*.b.example.com', 'a.b.example.com', true],
    ['*.com', 'example.com', true],
    ['*.com', 'mx.example.com', false],
    ['*.bücher.example', 'mx.xn--bcher-kva.example', true],
    ['*.xn--bcher-kva.example', 'mx.BÜCHER.example', true],
    ['mx.xn--bcher-kva.example', 'mx.bücher.example', true],
    ['mx_1.example.com', 'mx_1.example.com', true],
    ['mx*.example.com', 'mx1.example.com', false],
    ['*', 'localhost', false],
    ['*.0.2.1', '192.0.2.1', false],
    ['', '', false],
    ['mx.example.com', 'mx.example.com\0', false],
    ['mx.example.com', 'mx.example.com@evil.test', false],
  ])('case 67: mx: %s, host %s: %s', (pattern, host, expected) => {
    expect(matchMx({ mx: ['other.test', pattern] }, host)).toBe(expected)
  })

  it('a wildcard stands for one label of any name, and for nothing else', () => {
    fc.assert(
      fc.property(label, hostName, (first, rest) => {
        expect(matchMx({ mx: [`*.${rest}`] }, `${first}.${rest}`)).toBe(true)
        expect(matchMx({ mx: [`*.${rest}`] }, `${first}.x.${rest}`)).toBe(false)
        expect(matchMx({ mx: [`*.${rest}`] }, rest)).toBe(false)
        expect(matchMx({ mx: [rest] }, `${first}.${rest}`)).toBe(false)
      }),
    )
  })
})
