import dnsPacket, { type Answer, type OptAnswer, type Packet } from 'dns-packet'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordType } from './answer.ts'
import { decodeAnswer } from './decode.ts'
import { writeQuestion } from './question.ts'

const name = 'example.test'

function ask(type: RecordType) {
  const question = writeQuestion(name, type)
  if (!question) throw new Error('no question')
  return question
}

/** What the resolver makes of a response written by another hand. */
function read(type: 'A' | 'AAAA' | 'TXT' | 'MX', packet: Packet) {
  return decodeAnswer(dnsPacket.encode({ type: 'response', questions: [{ type, name }], ...packet }), ask(type))
}

function opt(extendedRcode: number, options: OptAnswer['options'] = []): OptAnswer {
  return { type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode, ednsVersion: 0, flags: 0, flag_do: false, options }
}

const extendedError = (code: number): OptAnswer['options'][number] =>
  ({ code: 15, data: Buffer.of(code >> 8, code & 255, 0x68) }) as never

describe('a question', () => {
  it('is what another codec reads as one, with EDNS, RD and AD', () => {
    const decoded = dnsPacket.decode(ask('TLSA').packet)
    expect(decoded).toMatchObject({
      type: 'query',
      flag_rd: true,
      flag_ad: true,
      flag_cd: false,
      questions: [{ name, type: 'TLSA', class: 'IN' }],
      additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flag_do: false }],
    })
    expect(dnsPacket.decode.bytes).toBe(ask('TLSA').packet.length)
    const root = writeQuestion('.', 'SOA', true)
    expect(root && dnsPacket.decode(root.packet)).toMatchObject({ flag_cd: true, questions: [{ name: '.', type: 'SOA' }] })
  })
})

describe('response codes', () => {
  it.each([
    [0, 1, 'refused', 'the DNS server says BADVERS'],
    [1, 0, 'refused', 'the DNS server says FORMERR'],
    [5, 0, 'refused', 'the DNS server says REFUSED'],
    [2, 0, 'servfail', 'the DNS server says SERVFAIL'],
    [11, 0, 'refused', 'the DNS server says response code 11'],
    [2, 1, 'refused', 'the DNS server says response code 18'],
  ])('%i with %i above it (RFC 6891 6.1.3)', (flags, upper, cause, detail) => {
    expect(read('A', { flags, additionals: [opt(upper)] })).toMatchObject({ answer: { kind: 'failure', cause, detail } })
  })

  it.each([
    [6, 'the DNS server says SERVFAIL (DNSSEC: the signature is bogus)'],
    [7, 'the DNS server says SERVFAIL (DNSSEC: the signature has expired)'],
    [22, 'the DNS server says SERVFAIL (no name server of the zone can be reached)'],
    [0, 'the DNS server says SERVFAIL'],
    [4711, 'the DNS server says SERVFAIL'],
  ])('the reason %i of a failure is told (RFC 8914)', (code, detail) => {
    expect(read('A', { flags: 2, additionals: [opt(0, [extendedError(code)])] })).toMatchObject({ answer: { detail } })
  })
})

describe('how long', () => {
  const a = (ttl: number): Answer => ({ type: 'A', name, ttl, data: '192.0.2.1' })

  it('the least TTL of all counts, and one with the highest bit set is 0 (RFC 2181 8)', () => {
    expect(read('A', { answers: [a(60), a(30)] })).toMatchObject({ ttl: 30 })
    expect(read('A', { answers: [a(0x8000_0001), a(30)] })).toMatchObject({ ttl: 0 })
  })

  it('an absence at the end of a CNAME is kept no longer than the CNAME', () => {
    const cname: Answer = { type: 'CNAME', name, ttl: 5, data: 'b.test' }
    const soa: Answer = { type: 'SOA', name: 'test', ttl: 60, data: { mname: 'a', rname: 'b', minimum: 60 } }
    const packet = { answers: [cname], authorities: [soa] }
    expect(read('A', packet)).toMatchObject({ answer: { kind: 'nodata' }, ttl: 5 })
    expect(read('A', { ...packet, flags: 3 })).toMatchObject({ answer: { kind: 'nxdomain' }, ttl: 5 })
  })
})

describe('records', () => {
  it('an IPv6 address is spelt as RFC 5952 wants it', () => {
    const spelt = [
      '::',
      '::1',
      '1::',
      '2001:db8::1',
      '1:0:0:2::3',
      '1::2:0:0:3:4',
      '1:2:3:4:5:6:7:8',
      '1:0:2:3:4:5:6:7',
      '::ffff:102:304',
    ]
    for (const data of spelt) {
      const packet = dnsPacket.encode({
        type: 'response',
        questions: [{ type: 'AAAA', name }],
        answers: [{ type: 'AAAA', name, ttl: 1, data }],
      })
      expect(decodeAnswer(packet, ask('AAAA'))).toMatchObject({ answer: { records: [data] } })
    }
  })

  it('strings of one TXT record are joined, also where a character is cut in two', () => {
    const parts = [Buffer.from([0x76, 0xc3]), Buffer.from([0xbc, 0x3d])]
    expect(read('TXT', { answers: [{ type: 'TXT', name, ttl: 1, data: parts }] })).toMatchObject({ answer: { records: ['vü='] } })
    expect(read('TXT', { answers: [{ type: 'TXT', name, ttl: 1, data: [] }] })).toMatchObject({ answer: { records: [''] } })
  })

  it('what another codec writes is read the same', () => {
    const host = fc
      .array(fc.stringMatching(/^[a-z0-9_-]{1,20}$/), { minLength: 1, maxLength: 5 })
      .map((labels) => labels.join('.'))
    fc.assert(
      fc.property(
        fc.array(fc.record({ preference: fc.nat(65_535), exchange: host }), { minLength: 1, maxLength: 20 }),
        (records) => {
          const answers: Answer[] = records.map((data) => ({ type: 'MX', name, ttl: 60, data }))
          expect(read('MX', { answers })).toMatchObject({ answer: { kind: 'records', records, canonical: name } })
        },
      ),
    )
  })
})
