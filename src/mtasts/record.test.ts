import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DnsAnswer, Resolver } from '../dns/index.ts'
import { lookupRecord, parseRecords } from './index.ts'

const good = 'v=STSv1; id=20260101T000000;'

describe('one record', () => {
  it.each([
    [good, '20260101T000000'],
    ['v=STSv1;id=1', '1'],
    ['v=STSv1 ;\tid=abcXYZ09 ; ', 'abcXYZ09'],
    [`v=STSv1; id=${'a'.repeat(32)};`, 'a'.repeat(32)],
    ['v=STSv1; later=1; id=2', '2'],
  ])('%j has the id %j', (text, id) => {
    expect(parseRecords([text])).toMatchObject({ kind: 'record', record: { id } })
  })

  it('fields that are not known are kept apart and named', () => {
    expect(parseRecords(['v=STSv1; id=1; x-y.z_1=a,b:c; ID=2;'])).toEqual({
      kind: 'record',
      record: {
        id: '1',
        extensions: [
          { name: 'x-y.z_1', value: 'a,b:c' },
          { name: 'ID', value: '2' },
        ],
      },
      warnings: [
        { kind: 'unknown-field', name: 'x-y.z_1' },
        { kind: 'unknown-field', name: 'ID' },
      ],
    })
  })

  it('of two ids the first counts', () => {
    expect(parseRecords(['v=STSv1; id=1; id=2;'])).toMatchObject({
      kind: 'record',
      record: { id: '1' },
      warnings: [{ kind: 'duplicate-id' }],
    })
  })

  it.each([
    ['v=STSv1', [{ kind: 'missing-id' }]],
    ['v=STSv1;', [{ kind: 'missing-id' }]],
    ['v=STSv1; Id=1;', [{ kind: 'missing-id' }]],
    ['v=STSv1; id=;', [{ kind: 'bad-id', id: '', why: 'empty' }]],
    [`v=STSv1; id=${'a'.repeat(33)};`, [{ kind: 'bad-id', id: 'a'.repeat(33), why: 'too-long' }]],
    ['v=STSv1; id=2026-01-01;', [{ kind: 'bad-id', id: '2026-01-01', why: 'characters' }]],
    ['v=STSv1; id="1";', [{ kind: 'bad-id', id: '"1"', why: 'characters' }]],
    ['v=STSv1; id= 1;', [{ kind: 'bad-id', id: ' 1', why: 'characters' }]],
    ['v=STSv1; id =1;', [{ kind: 'bad-field', text: ' id =1' }, { kind: 'missing-id' }]],
    ['v=STSv1; id=ä;', [{ kind: 'bad-id', id: 'ä', why: 'characters' }]],
    ['v=STSv1; id=1;; x=y', [{ kind: 'bad-field', text: '' }]],
    ['v=STSv1; id=1; x=a b', [{ kind: 'bad-field', text: ' x=a b' }]],
    ['v=STSv1; id=1; x=', [{ kind: 'bad-field', text: ' x=' }]],
    ['v=STSv1; id=1; x=a=b', [{ kind: 'bad-field', text: ' x=a=b' }]],
    ['v=STSv1; id=1; -x=a', [{ kind: 'bad-field', text: ' -x=a' }]],
    [`v=STSv1; id=1; ${'x'.repeat(33)}=a`, [{ kind: 'bad-field', text: ` ${'x'.repeat(33)}=a` }]],
    ['v=STSv1; id=1\n; x=y', [{ kind: 'bad-id', id: '1\n', why: 'characters' }]],
  ])('case 68: %j is malformed', (text, errors) => {
    expect(parseRecords([text])).toEqual({ kind: 'malformed', errors })
  })
})

describe('several records', () => {
  it('case 68: two that count are as none', () => {
    expect(parseRecords([good, 'v=STSv1; id=2;'])).toEqual({ kind: 'several', count: 2 })
    expect(parseRecords([good, good])).toEqual({ kind: 'several', count: 2 })
  })

  it('case 68: those that do not begin with the version do not count', () => {
    const others = ['v=spf1 -all', 'google-site-verification=x', 'id=1; v=STSv1;', 'v=STSv2; id=1;', 'v=STSv10; id=1;', '']
    expect(parseRecords([...others, good])).toMatchObject({ kind: 'record', record: { id: '20260101T000000' } })
    expect(parseRecords(others)).toMatchObject({ kind: 'none' })
  })

  it.each([
    ['"v=STSv1; id=1;"', 'quoted'],
    ["'v=STSv1; id=1;'", 'quoted'],
    ['\\"v=STSv1; id=1;\\"', 'quoted'],
    [' v=STSv1; id=1;', 'space-before'],
    ['v = STSv1; id=1;', 'spaces'],
    ['v=stsv1; id=1;', 'case'],
    ['V=STSv1; id=1;', 'case'],
    ['v=STSv2; id=1;', 'other-version'],
    ['v=STSv1 id=1', 'other-version'],
  ])('case 68: %j does not count, and it is said why: %s', (text, why) => {
    expect(parseRecords(['v=spf1 -all', text])).toEqual({ kind: 'none', misfits: [{ text, why }] })
  })
})

describe('never throws, and takes nothing that is not in the grammar', () => {
  const piece = fc.constantFrom('v=STSv1', ';', ' ', 'id=', '1', 'a', '=', '"', '\t', '\0', 'x=y', 'é')
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  )

  it('any texts', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), (texts) => {
        const read = parseRecords(texts)
        if (read.kind === 'record') expect(read.record.id).toMatch(/^[A-Za-z0-9]{1,32}$/)
      }),
      { numRuns: 2_000 },
    )
  })

  it('a record that is printed is read back', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9]{1,32}$/)
    const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/).filter((text) => text !== 'id')
    const extension = fc.record({ name, value: fc.stringMatching(/^[\x21-\x3a\x3c\x3e-\x7e]{1,40}$/) })
    fc.assert(
      fc.property(id, fc.array(extension, { maxLength: 4 }), fc.boolean(), (id, extensions, end) => {
        const fields = extensions.map(({ name, value }) => `; ${name}=${value}`).join('')
        const read = parseRecords([`v=STSv1; id=${id}${fields}${end ? ';' : ''}`])
        expect(read).toMatchObject({ kind: 'record', record: { id, extensions } })
      }),
    )
  })
})

describe('asking for it', () => {
  const answering = (answer: DnsAnswer<string>, asked: string[] = []): Resolver => ({
    // The one type that is asked for has strings.
    query: async (name, type) => {
      asked.push(`${type} ${name}`)
      return answer as never
    },
  })

  it('at _mta-sts below the domain, and nowhere above', async () => {
    const asked: string[] = []
    const records = { kind: 'records', records: [good], authenticated: false, ttl: 1, canonical: 'x' } as const
    expect(await lookupRecord(answering(records, asked), 'a.example.test')).toMatchObject({ kind: 'record' })
    const none = { kind: 'nxdomain', authenticated: false } as const
    expect(await lookupRecord(answering(none, asked), 'b.example.test')).toEqual({ kind: 'none', misfits: [] })
    expect(asked).toEqual(['TXT _mta-sts.a.example.test', 'TXT _mta-sts.b.example.test'])
  })

  it('a DNS that fails is not a DNS that says no', async () => {
    const failure = { kind: 'failure', cause: 'servfail', detail: 'SERVFAIL' } as const
    expect(await lookupRecord(answering(failure), 'example.test')).toEqual({ kind: 'temporary', detail: 'SERVFAIL' })
    expect(await lookupRecord(answering({ kind: 'nodata', authenticated: false }), 'example.test')).toMatchObject({
      kind: 'none',
    })
  })

  it('no name is asked for that cannot exist', async () => {
    const asked: string[] = []
    const long = 'a.'.repeat(123) + 'test'
    expect(await lookupRecord(answering({ kind: 'nxdomain', authenticated: false }, asked), long)).toMatchObject({ kind: 'none' })
    expect(asked).toEqual([])
  })
})
