import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Reply, ReplyParser } from '../../smtp/index.ts'
import type { TransactionStage } from '../../smtpclient/index.ts'
import { classifyOutcome, describeClass, failureClasses, replyTable } from './index.ts'

const stages = ['mail', 'rcpt', 'data', 'dot'] as const

/** A reply as it comes off the wire. @param text its lines with ` / ` between them, the first after its code */
function parseReply(text: string): Reply {
  const code = text.slice(0, 3)
  const lines = text.slice(4).split(' / ')
  const parser = new ReplyParser()
  lines.forEach((line, index) => parser.push(Buffer.from(`${code}${index < lines.length - 1 ? '-' : ' '}${line}\r\n`)))
  const reply = parser.next()
  if (!reply || 'kind' in reply) throw new Error(`not a reply: ${text}`)
  return reply
}

function refuse(text: string, stage: TransactionStage = 'rcpt') {
  return classifyOutcome({ kind: 'refused', stage, reply: parseReply(text) })
}

const known = readFileSync(new URL('replies.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [stage = '', expected = '', text = '', source = ''] = line.split(' | ')
    return { stage: stage as TransactionStage, expected, text, source }
  })

describe('replies of real servers', () => {
  it('are many, and each has a source', () => {
    expect(known.length).toBeGreaterThan(150)
    expect(known.filter(({ stage, source }) => source === '' || !stages.includes(stage))).toEqual([])
    expect(new Set(known.map(({ expected }) => expected.split(' ')[0])).size).toBe(failureClasses.length)
  })

  it.each(known)('$stage: $text', ({ stage, expected, text }) => {
    const { class: name, scope, outcome } = refuse(text, stage)
    expect(`${name} ${scope} ${outcome}`).toBe(expected)
  })
})

describe('the table', () => {
  it("has every code of IANA's registry", () => {
    const last = { 0: 0, 1: 10, 2: 4, 3: 6, 4: 7, 5: 6, 6: 10, 7: 30 }
    const codes = Object.entries(last).flatMap(([subject, most]) =>
      Array.from({ length: most + 1 }, (_, detail) => `5.${subject}.${detail}`),
    )
    const unknown = codes.filter((code) => refuse(`559 ${code}`).class === 'unknown')
    // X.0.0 says nothing by itself (RFC 3463 3.1).
    expect(unknown).toEqual(['5.0.0'])
  })

  it('has patterns that read a reply in one go: nothing is repeated without an end', () => {
    const unbounded = replyTable.filter(({ text }) => text && /(?<!\\)[*+]|\{\d+,\}/.test(text.source))
    expect(unbounded).toEqual([])
  })

  it('is held against lower case', () => {
    const upper = replyTable.filter(({ text }) => text && /[A-Z]/.test(text.source.replaceAll(/\\[A-Za-z]/g, '')))
    expect(upper).toEqual([])
  })

  it('names a source for each row', () => {
    expect(replyTable.filter(({ source, says }) => source === '' || says === '')).toEqual([])
  })
})

describe('whatever a server says', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(...known.map(({ text }) => text.slice(4))),
    fc.constantFrom('user '.repeat(800), 'a'.repeat(4_000), 'again '.repeat(700), '1'.repeat(4_000), 'ip ip ip '.repeat(400)),
  )
  const reply = fc.record({
    code: fc.integer({ min: 400, max: 559 }),
    enhanced: fc.option(
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 999 })).map(([a, b]) => `5.${a}.${b}`),
      { nil: undefined },
    ),
    lines: fc.array(text, { minLength: 1, maxLength: 30 }),
    bareLf: fc.boolean(),
  })

  it('a refusal has a class with words, and a reason that steers no terminal', () => {
    fc.assert(
      fc.property(reply, fc.constantFrom(...stages), (reply, stage) => {
        const result = classifyOutcome({ kind: 'refused', stage, reply })
        expect(failureClasses).toContain(result.class)
        expect(describeClass(result.class ?? 'unknown').means).not.toBe('')
        expect(result.reason).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        expect(result.outcome === 'failed' || result.outcome === 'deferred').toBe(true)
        if (reply.code < 500) expect(result.outcome).toBe('deferred')
        if (result.outcome === 'failed') expect(result.retryAfterMs).toBeUndefined()
        if (stage === 'mail') expect(result.scope).not.toBe('recipient')
      }),
    )
  })

  it('what was taken is delivered', () => {
    fc.assert(
      fc.property(reply, fc.integer({ min: 200, max: 259 }), (reply, code) => {
        const result = classifyOutcome({ kind: 'accepted', reply: { ...reply, code, enhanced: undefined } })
        expect(result).toMatchObject({ outcome: 'delivered', class: undefined, code })
      }),
    )
  })
})

it('what is no reply has a class too', () => {
  const broken = classifyOutcome({ kind: 'broken', stage: 'rcpt', why: 'the connection broke' })
  expect(broken).toMatchObject({ outcome: 'deferred', class: 'network', scope: 'destination' })
  const lost = classifyOutcome({ kind: 'reply-lost', why: 'the connection broke' })
  expect(lost).toMatchObject({ outcome: 'reply-lost', class: 'network', scope: 'message' })
  const lacking = (need: 'size' | 'smtputf8' | 'requiretls') => classifyOutcome({ kind: 'unsupported', need, why: '' })
  expect(lacking('size')).toMatchObject({ outcome: 'failed', class: 'size' })
  expect(lacking('requiretls')).toMatchObject({ outcome: 'failed', class: 'tls' })
  expect(lacking('smtputf8')).toMatchObject({ outcome: 'failed', class: 'protocol' })
})

describe('when to come again', () => {
  it.each([
    ['450 4.2.0 Greylisted for 300 seconds', 300],
    ['451 4.7.1 Greylisting in action, please come back in 00:04:59', 299],
    ['451 4.7.1 come back in 01:00:00', 3_600],
    ['450 please try again in 5 minutes', 300],
    ['450 Please TRY AGAIN in 2 hours', 7_200],
    ['451 retry after 10 min', 600],
    ['451 try again in a few minutes', 300],
    ['451 please retry in an hour', 3_600],
    ['451 wait 90s', 90],
    ['450 try again in 5 seconds', 60],
    ['450 try again in 5 days', undefined],
    ['450 try again in 999999 hours', 6 * 3_600],
    ['450 try again in 0 minutes', undefined],
    ['450 try again later. Limit is 100 messages in 60 seconds', undefined],
    ['450 try again later', undefined],
    ['550 5.1.1 no such user, try again in 5 minutes', undefined],
    ['452 4.5.3 too many recipients', 60],
  ])('%s', (text, seconds) => {
    expect(refuse(text).retryAfterMs).toBe(seconds === undefined ? undefined : seconds * 1_000)
  })
})
