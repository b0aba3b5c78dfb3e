/*
 * The threat: commands of two messages travel together, and answers are told apart by their place alone (RFC 2920 3.1).
 * A server that answers once too often, once too seldom, too early or not at all would have one message's answer taken
 * for another's: a message that nobody has is called delivered, or one that was taken is sent twice. What was surely not
 * taken is `broken`, what may have been taken is `reply-lost`, and nothing is `accepted` on an answer that is not its own.
 */
import { describe, expect, it } from 'vitest'
import type { DeliveryScript } from '../support/deliveryServer.ts'
import { deliverWith, letter, sendAll } from '../support/deliverWith.ts'

type Answer = DeliveryScript['answer']
const three = [letter(1), letter(2), letter(3)]

async function attack(answer: Answer, options: Parameters<typeof deliverWith>[1] = {}) {
  await using delivery = await deliverWith({ answer }, options)
  const kinds = await sendAll(delivery.connection, three)
  const { misbehaved, usable } = delivery.connection
  return { kinds: kinds.map(([kind]) => kind), misbehaved, usable, seen: delivery.seen, clock: delivery.clock }
}

describe('the connection breaks (RFC 5321 6.1)', () => {
  it.each(['close', 'reset'] as const)(
    'by %s with a message and the next begun on the way: in doubt, and surely not taken',
    async (end) => {
      const result = await attack(({ verb }) => (verb === 'message' ? { end } : undefined))
      expect(result).toMatchObject({ kinds: ['reply-lost', 'broken mail', 'broken mail'], misbehaved: 'across', usable: false })
    },
  )

  it.each([
    ['MAIL', ['accepted', 'broken mail', 'broken mail']],
    ['RCPT', ['accepted', 'broken rcpt', 'broken mail']],
    ['DATA', ['accepted', 'broken data', 'broken mail']],
  ] as const)('after the answer to the first message, in place of that to %s: the first was taken', async (at, kinds) => {
    const result = await attack(({ verb, count }) => (verb === at && count === 2 ? { end: 'close' } : undefined))
    expect(result).toMatchObject({ kinds, misbehaved: 'across' })
  })

  it('after the consent to a message that was begun: not taken', async () => {
    const result = await attack(({ verb, count }) =>
      verb === 'DATA' && count === 2 ? { say: '354 go\r\n', end: 'close' } : undefined,
    )
    expect(result.kinds.slice(0, 1)).toEqual(['accepted'])
    // Whether the end is seen before the second message is written is a matter of time; accepted it is not.
    expect(['broken dot', 'reply-lost']).toContain(result.kinds[1])
  })

  it('in the middle of a long message: not taken, as its end was never written', async () => {
    await using delivery = await deliverWith({
      answer: ({ verb }) => (verb === 'DATA' ? { say: '354 go\r\n', end: 'reset' } : undefined),
    })
    const message = Buffer.alloc(30_000_000, `${'x'.repeat(76)}\r\n`)
    expect(await delivery.connection.send({ ...letter(1), message }, Promise.resolve(letter(2)))).toMatchObject([
      { kind: 'broken', stage: 'dot' },
    ])
  })

  it('with commands of one message on the way: the peer is remembered for that', async () => {
    const result = await attack(({ verb }) => (verb === 'RCPT' ? { end: 'close' } : undefined))
    expect(result).toMatchObject({ kinds: ['broken rcpt', 'broken mail', 'broken mail'], misbehaved: 'within' })
  })

  it('with one command on the way: no reason to be more careful', async () => {
    const result = await attack(({ verb }) => (verb === 'RCPT' ? { end: 'close' } : undefined), { pipelining: 'none' })
    expect(result).toMatchObject({ kinds: ['broken rcpt', 'broken mail', 'broken mail'], misbehaved: undefined })
  })
})

describe('one answer too many (RFC 2920 3.1)', () => {
  it.each([
    ['message', '250 2.0.0 taken\r\n250 2.0.0 taken\r\n'],
    ['MAIL', '250 ok\r\n250 ok\r\n'],
    ['RCPT', '250 ok\r\n250 ok\r\n'],
    ['DATA', '354 go\r\n250 ok\r\n'],
    ['DATA', '354 go\r\n354 go\r\n'],
  ])('to %s: %j leaves both in doubt or untaken, and none accepted', async (at, say) => {
    const result = await attack(({ verb, count }) => (verb === at && count === (at === 'message' ? 1 : 2) ? say : undefined))
    expect(result).toMatchObject({ misbehaved: 'across', usable: false })
    expect(result.kinds[0]).toBe('reply-lost')
    expect(result.kinds[1]).toMatch(/^broken/)
    expect(result.seen.messages).toHaveLength(1)
  })

  it('with chunks, where each answer is a 250: a spare one is seen by what is left over', async () => {
    const result = await attack(({ verb, count }) => (verb === 'message' && count === 1 ? '250 ok\r\n250 ok\r\n' : undefined), {
      chunking: true,
    })
    expect(result).toMatchObject({ kinds: ['reply-lost', 'broken data', 'broken mail'], misbehaved: 'across' })
  })
})

describe('one answer too few (RFC 5321 4.1.1: one reply a command)', () => {
  it('none to the message: the answer to MAIL is not taken for it', async () => {
    const result = await attack(({ verb }) => (verb === 'message' ? '' : undefined))
    expect(result.kinds[0]).toBe('reply-lost')
    expect(result.kinds[1]).toMatch(/^broken/)
    expect(result.misbehaved).toBe('across')
  })

  it.each(['MAIL', 'RCPT'])('none to %s: the consent to DATA comes in a wrong place', async (at) => {
    const result = await attack(({ verb, count }) =>
      count !== 2 ? undefined : verb === at ? '' : verb === 'DATA' ? '354 go\r\n' : undefined,
    )
    expect(result).toMatchObject({ kinds: ['reply-lost', expect.stringMatching(/^broken/), 'broken mail'], misbehaved: 'across' })
  })

  it('none to RCPT, and DATA refused: nobody is refused by the answer to another command', async () => {
    const result = await attack(({ verb, count }) => (verb === 'RCPT' && count === 2 ? '' : undefined))
    expect(result).toMatchObject({ kinds: ['reply-lost', 'broken data', 'broken mail'], misbehaved: 'across' })
    const first = await attack(({ verb }) => (verb === 'RCPT' ? '' : undefined))
    expect(first).toMatchObject({ kinds: ['broken data', 'broken mail', 'broken mail'], misbehaved: 'within' })
  })

  it('what came behind the message is thrown away: the message was taken, the next is waited for and not taken', async () => {
    const result = await attack(({ verb, count }) => (verb !== 'message' && count === 2 ? '' : undefined))
    expect(result).toMatchObject({ kinds: ['accepted', 'broken mail', 'broken mail'], misbehaved: 'across' })
    expect(result.clock.elapsed).toBe(300_000)
  })
})

describe('354 to everything (RFC 5321 4.3.2)', () => {
  it.each(['MAIL', 'RCPT', 'RSET'])('to %s ends the connection before a message is written', async (at) => {
    const result = await attack(({ verb }) =>
      verb === at ? '354 go\r\n' : verb === 'RCPT' && at === 'RSET' ? '550 no\r\n' : undefined,
    )
    expect(result.usable).toBe(false)
    expect(result.seen.messages).toHaveLength(0)
    expect(result.kinds).not.toContain('accepted')
  })

  it('to the message says nothing of it', async () => {
    const result = await attack(({ verb }) => (verb === 'message' ? '354 go on\r\n' : undefined))
    expect(result).toMatchObject({ kinds: ['reply-lost', 'broken mail', 'broken mail'], misbehaved: 'across' })
  })

  it('250 to DATA is no consent', async () => {
    const result = await attack(({ verb }) => (verb === 'DATA' ? '250 ok\r\n' : undefined))
    expect(result).toMatchObject({ kinds: ['broken data', 'broken mail', 'broken mail'], misbehaved: 'within' })
    expect(result.seen.messages).toHaveLength(0)
  })
})

describe('answers ahead of time', () => {
  it('to a whole transaction, before it was begun: not one byte is sent', async () => {
    await using delivery = await deliverWith({
      answer: ({ verb }) =>
        verb === 'EHLO' ? '250-mx\r\n250 PIPELINING\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n' : undefined,
    })
    expect(await delivery.connection.send(letter(1))).toMatchObject([{ kind: 'broken', stage: 'mail' }])
    expect(delivery.seen.said).toHaveLength(1)
  })

  it('to the message, with the consent to DATA: nobody has it (RFC 5321 4.1.1.4)', async () => {
    for (const pipelining of ['across', 'within', 'none'] as const) {
      const result = await attack(({ verb }) => (verb === 'DATA' ? '354 go\r\n250 2.0.0 taken\r\n' : undefined), { pipelining })
      expect(result.kinds).toEqual(['broken dot', 'broken mail', 'broken mail'])
      expect(result.seen.messages).toHaveLength(0)
    }
  })

  it('to a long message before it is whole', async () => {
    await using delivery = await deliverWith({
      answer: ({ verb }) => (verb === 'DATA' ? { say: '354 go\r\n', later: '250 2.0.0 taken\r\n' } : undefined),
    })
    const message = Buffer.alloc(30_000_000, `${'x'.repeat(76)}\r\n`)
    const outcomes = await delivery.connection.send({ ...letter(1), message }, Promise.resolve(letter(2)))
    expect(outcomes).toMatchObject([{ kind: 'broken', stage: 'dot' }])
    expect(delivery.seen.messages).toHaveLength(0)
    expect(delivery.connection.begun).toBeUndefined()
  })

  it('an early refusal of a long message is believed', async () => {
    await using delivery = await deliverWith({
      answer: ({ verb }) => (verb === 'DATA' ? { say: '354 go\r\n', later: '552 5.3.4 too big\r\n' } : undefined),
    })
    const message = Buffer.alloc(30_000_000, `${'x'.repeat(76)}\r\n`)
    expect(await delivery.connection.send({ ...letter(1), message })).toMatchObject([
      { kind: 'refused', stage: 'dot', reply: { code: 552 } },
    ])
  })
})

describe('what is no answer (RFC 5321 4.2)', () => {
  it.each([
    ['endless lines', '250-spam\r\n'.repeat(300)],
    ['a line without end', '250 '.padEnd(5_000, 'x')],
    ['two codes in one', '250-a\r\n550 b\r\n'],
    ['words', 'hello\r\n'],
    ['a code of no class', '190 x\r\n'],
    ['TLS within TLS', '\x16\x03\x03\r\n'],
  ])('%s: to the message leaves it in doubt, to the next leaves both', async (_, say) => {
    const first = await attack(({ verb }) => (verb === 'message' ? say : undefined))
    expect(first).toMatchObject({ kinds: ['reply-lost', 'broken mail', 'broken mail'], misbehaved: 'across' })
    const next = await attack(({ verb, count }) => (verb === 'MAIL' && count === 2 ? say : undefined))
    expect(next).toMatchObject({ kinds: ['reply-lost', 'broken mail', 'broken mail'], misbehaved: 'across' })
  })

  it('an answer whose end never comes is waited for no longer than any (RFC 5321 4.5.3.2)', async () => {
    const result = await attack(({ verb }) => (verb === 'MAIL' ? '250-never ends\r\n' : undefined), { pipelining: 'none' })
    expect(result.kinds[0]).toBe('broken mail')
    expect(result.clock.elapsed).toBe(300_000)
  })
})
