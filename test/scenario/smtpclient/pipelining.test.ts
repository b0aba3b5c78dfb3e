import { setImmediate as takeTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { deliverWith, everything, letter, sendAll } from '../../support/deliverWith.ts'

const envelope = (number: number): string =>
  `MAIL FROM:<news@sender.test> SIZE=${letter(number).message.length}\r\nRCPT TO:<p${number}@example.test>\r\n`
const body = (number: number): string => letter(number).message.toString()
const accepted = ['accepted']

describe('how commands come together', () => {
  it('across: the end of a message and the commands of the next leave in one flush (RFC 2920 3.1)', async () => {
    await using delivery = await deliverWith()
    expect(await sendAll(delivery.connection, [letter(1), letter(2), letter(3)])).toEqual([accepted, accepted, accepted])
    expect(delivery.seen.flights.slice(1)).toEqual([
      `${envelope(1)}DATA\r\n`,
      `${body(1)}.\r\n${envelope(2)}DATA\r\n`,
      `${body(2)}.\r\n${envelope(3)}DATA\r\n`,
      `${body(3)}.\r\n`,
    ])
    expect(delivery.connection.misbehaved).toBeUndefined()
  })

  it('across with chunks: BDAT, RSET, MAIL, RCPT, and the next BDAT once RCPT was answered (RFC 3030 4.2)', async () => {
    await using delivery = await deliverWith({}, { chunking: true })
    expect(await sendAll(delivery.connection, [letter(1), letter(2), letter(3)])).toEqual([accepted, accepted, accepted])
    const bdat = (number: number): string => `BDAT ${body(number).length} LAST\r\n${body(number)}`
    expect(delivery.seen.flights.slice(1)).toEqual([
      envelope(1),
      `${bdat(1)}RSET\r\n${envelope(2)}`,
      `${bdat(2)}RSET\r\n${envelope(3)}`,
      bdat(3),
    ])
  })

  it('within: a message waits for the answer to the one before', async () => {
    await using delivery = await deliverWith({}, { pipelining: 'within' })
    expect(await sendAll(delivery.connection, [letter(1), letter(2)])).toEqual([accepted, accepted])
    expect(delivery.seen.flights.slice(1)).toEqual([
      `${envelope(1)}DATA\r\n`,
      `${body(1)}.\r\n`,
      `${envelope(2)}DATA\r\n`,
      `${body(2)}.\r\n`,
    ])
  })

  it.each([
    ['that is asked for', everything, 'none'],
    ['the server does not offer PIPELINING', [], 'across'],
  ] as const)('none, where %s: each command waits for its answer (RFC 5321 4.3.1)', async (_, offers, pipelining) => {
    await using delivery = await deliverWith({ offers }, { pipelining })
    expect(await sendAll(delivery.connection, [letter(1), letter(2)])).toEqual([accepted, accepted])
    expect(delivery.seen.flights.slice(1).map((flight) => flight.split(/[ \r:]/, 1)[0])).toEqual([
      'MAIL',
      'RCPT',
      'DATA',
      'Subject',
      'MAIL',
      'RCPT',
      'DATA',
      'Subject',
    ])
  })

  it('a message that is late, fails, cannot be sent here or is unsafe is not begun, and harms nobody', async () => {
    await using delivery = await deliverWith()
    const { connection } = delivery
    const wrong = [
      Promise.reject(new Error('template')),
      Promise.resolve(undefined),
      Promise.resolve({ ...letter(2), message: Buffer.alloc(60_000_000) }),
      Promise.resolve(letter(2, 'a\r\nDATA@example.test')),
      Promise.resolve(letter(2)),
    ]
    for (const [at, following] of wrong.entries()) {
      const [outcome] = await connection.send(letter(1), following)
      expect(outcome?.kind).toBe('accepted')
      expect(connection.begun !== undefined).toBe(at === 4)
    }
  })

  it('another message than the one begun ends the connection, and neither was taken', async () => {
    await using delivery = await deliverWith()
    await delivery.connection.send(letter(1), Promise.resolve(letter(2)))
    expect(await delivery.connection.send(letter(2))).toMatchObject([{ kind: 'broken', stage: 'mail' }])
    expect(delivery.connection.usable).toBe(false)
    expect(delivery.seen.messages).toHaveLength(1)
  })

  it('QUIT is not said where it would be a line of a message that was begun (RFC 5321 4.1.1.4)', async () => {
    await using delivery = await deliverWith()
    await delivery.connection.send(letter(1), Promise.resolve(letter(2)))
    await delivery.connection.quit()
    for (let turn = 0; turn < 20; turn++) await takeTurn()
    expect(delivery.seen.said.filter((line) => line === 'QUIT')).toEqual([])
    expect(delivery.seen.messages).toHaveLength(1)
  })
})

describe('a transaction that was begun ahead', () => {
  it('goes to nobody by a lone dot where DATA was accepted and no recipient was (RFC 2920 3.1)', async () => {
    await using delivery = await deliverWith({
      answer: ({ verb, count }) => {
        if (verb === 'RCPT' && count === 2) return '550 5.1.1 nobody\r\n'
        if (verb === 'DATA') return '354 go\r\n'
        return verb === 'message' && count === 2 ? '554 5.5.1 no valid recipients\r\n' : undefined
      },
    })
    expect(await sendAll(delivery.connection, [letter(1), letter(2), letter(3)])).toEqual([accepted, ['refused rcpt'], accepted])
    expect(delivery.seen.flights[3]).toBe(`.\r\n${envelope(3)}DATA\r\n`)
    expect(delivery.seen.messages.map(({ octets, to }) => [octets > 0, to.length])).toEqual([
      [true, 1],
      [false, 0],
      [true, 1],
    ])
  })

  it('that is refused begins anew with RSET, and the connection goes on', async () => {
    await using delivery = await deliverWith({
      answer: ({ verb, count }) => (verb === 'RCPT' && count === 2 ? '550 5.1.1 nobody\r\n' : undefined),
    })
    expect(await sendAll(delivery.connection, [letter(1), letter(2), letter(3)])).toEqual([accepted, ['refused rcpt'], accepted])
    expect(delivery.seen.flights[3]).toBe(`RSET\r\n${envelope(3)}DATA\r\n`)
    expect(delivery.connection.misbehaved).toBeUndefined()
  })

  it('with chunks, no recipient means no chunk', async () => {
    await using delivery = await deliverWith(
      { answer: ({ verb, count }) => (verb === 'RCPT' && count === 2 ? '550 5.1.1 nobody\r\n' : undefined) },
      { chunking: true },
    )
    expect(await sendAll(delivery.connection, [letter(1), letter(2), letter(3)])).toEqual([accepted, ['refused rcpt'], accepted])
    expect(delivery.seen.said.filter((line) => line === 'message')).toHaveLength(2)
  })

  it('a refused message does not hurt the one behind it, by dot or by chunk (RFC 3030 2)', async () => {
    for (const chunking of [false, true]) {
      await using delivery = await deliverWith(
        { answer: ({ verb, count }) => (verb === 'message' && count === 1 ? '554 5.6.0 no\r\n' : undefined) },
        { chunking },
      )
      expect(await sendAll(delivery.connection, [letter(1), letter(2)])).toEqual([['refused dot'], accepted])
    }
  })
})

describe('421 at any point (RFC 5321 3.8)', () => {
  it.each([
    ['MAIL', 1, [['refused mail'], ['broken mail']]],
    ['RCPT', 1, [['refused rcpt'], ['broken mail']]],
    ['DATA', 1, [['refused data'], ['broken mail']]],
    ['message', 1, [['refused dot'], ['broken mail']]],
    ['MAIL', 2, [accepted, ['refused mail']]],
    ['RCPT', 2, [accepted, ['refused rcpt']]],
    ['DATA', 2, [accepted, ['refused data']]],
    ['message', 2, [accepted, ['refused dot']]],
  ] as const)('to %s of message %i, which ends no other', async (at, which, outcomes) => {
    await using delivery = await deliverWith({
      answer: ({ verb, count }) => (verb === at && count === which ? { say: '421 4.3.2 closing\r\n', end: 'close' } : undefined),
    })
    expect(await sendAll(delivery.connection, [letter(1), letter(2)])).toEqual(outcomes)
    expect(delivery.connection).toMatchObject({ usable: false, misbehaved: undefined })
  })

  it('between two messages: the next is put off with its words', async () => {
    await using delivery = await deliverWith({
      answer: ({ verb }) => (verb === 'message' ? '250 2.0.0 taken\r\n421 4.4.2 idle\r\n' : undefined),
    })
    await delivery.connection.send(letter(1))
    expect(await delivery.connection.send(letter(2))).toMatchObject([{ kind: 'refused', stage: 'mail', reply: { code: 421 } }])
  })
})

describe('silence', () => {
  it.each([
    ['MAIL', 300_000, ['broken mail']],
    ['RCPT', 300_000, ['broken rcpt']],
    ['DATA', 120_000, ['broken data']],
    ['message', 600_000, ['reply-lost']],
  ] as const)('after %s is waited for no longer than %i ms (RFC 5321 4.5.3.2)', async (at, ms, outcome) => {
    await using delivery = await deliverWith(
      { answer: ({ verb }) => (verb === at ? { say: '' } : undefined) },
      { pipelining: 'none' },
    )
    expect(await sendAll(delivery.connection, [letter(1)])).toEqual([outcome])
    expect(delivery.clock.elapsed).toBe(ms)
    expect(delivery.connection.usable).toBe(false)
  })

  it('of a server that stops reading ends after one block (RFC 5321 4.5.3.2.5)', async () => {
    await using delivery = await deliverWith({
      answer: ({ verb }) => (verb === 'DATA' ? { say: '354 go\r\n', stall: true } : undefined),
    })
    const message = Buffer.alloc(20_000_000, 'x'.repeat(76) + '\r\n')
    expect(await delivery.connection.send({ ...letter(1), message })).toMatchObject([{ kind: 'broken', stage: 'dot' }])
    expect(delivery.clock.elapsed).toBe(180_000)
  })
})
