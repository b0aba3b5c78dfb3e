import { describe, expect, it } from 'vitest'
import { deliverWith, everything, letter } from '../../support/deliverWith.ts'

const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `p${at}@example.test`)
const refuse =
  (pattern: RegExp, reply: string) =>
  ({ line }: { line: string }): string | undefined =>
    line.startsWith('RCPT') && pattern.test(line) ? `${reply}\r\n` : undefined

describe.each(['across', 'none'] as const)('many recipients in one transaction, pipelining %s', (pipelining) => {
  it('each is refused for itself, and the message goes to the others', async () => {
    await using delivery = await deliverWith({ answer: refuse(/p[13]@/, '550 5.1.1 nobody') }, { pipelining })
    const outcomes = await delivery.connection.send(letter(1, ...many(5)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'refused', 'accepted', 'refused', 'accepted'])
    expect(delivery.seen.messages[0]?.to).toEqual(['p0@example.test', 'p2@example.test', 'p4@example.test'])
  })

  it('a thousand leave together and are told apart', async () => {
    await using delivery = await deliverWith({ answer: refuse(/p\d*7@/, '451 4.7.1 later') }, { pipelining })
    const outcomes = await delivery.connection.send(letter(1, ...many(1_000)), Promise.resolve(letter(2, ...many(1_000))))
    expect(outcomes.filter(({ kind }) => kind === 'refused')).toHaveLength(100)
    expect(outcomes[7]).toMatchObject({ kind: 'refused', stage: 'rcpt', reply: { code: 451 } })
    expect(delivery.seen.messages[0]?.to).toHaveLength(900)
  })

  it.each([
    '452 4.5.3 too many recipients',
    '452 Too many recipients received',
    '552 too many recipients',
    '450 4.5.3 too many',
    '552 5.5.3 too many',
  ])('%j is surplus, to be tried at once in the next (RFC 5321 4.5.3.1.10)', async (reply) => {
    await using delivery = await deliverWith(
      { answer: ({ verb, accepted }) => (verb === 'RCPT' && accepted >= 2 ? `${reply}\r\n` : undefined) },
      { pipelining },
    )
    const outcomes = await delivery.connection.send(letter(1, ...many(4)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'surplus', 'surplus'])
    const rest = await delivery.connection.send(letter(1, ...many(4).slice(2)))
    expect(rest.map(({ kind }) => kind)).toEqual(['accepted', 'accepted'])
  })

  it.each([
    ['452 4.2.2 mailbox full', 3],
    ['452 4.3.1 out of memory', 3],
    ['552 5.2.2 over quota', 3],
    ['450 greylisted', 3],
    ['452 too many', 1],
  ])('%j with %i recipients is no surplus', async (reply, count) => {
    await using delivery = await deliverWith({ answer: refuse(new RegExp(`p${count - 1}@`), reply) }, { pipelining })
    const outcomes = await delivery.connection.send(letter(1, ...many(count)))
    expect(outcomes.at(-1)).toMatchObject({ kind: 'refused', stage: 'rcpt' })
  })
})

describe('LMTP (RFC 2033 4.2)', () => {
  it.each([
    ['across', false],
    ['across', true],
    ['within', false],
    ['none', false],
    ['none', true],
  ] as const)('each recipient has an answer of its own; pipelining %s, chunks %s', async (pipelining, chunking) => {
    await using delivery = await deliverWith(
      {
        protocol: 'lmtp',
        answer: ({ verb, line, accepted }) =>
          verb === 'RCPT' && line.includes('p1@')
            ? '550 5.1.1 nobody\r\n'
            : verb === 'message' && accepted === 3
              ? '250 2.0.0 one\r\n452 4.2.2 full\r\n250 2.0.0 three\r\n'
              : undefined,
      },
      { pipelining, chunking },
    )
    const first = letter(1, ...many(4))
    const second = letter(2, 'a@example.test', 'b@example.test')
    const outcomes = await delivery.connection.send(first, Promise.resolve(second))
    expect(outcomes).toMatchObject([
      { kind: 'accepted', reply: { lines: ['2.0.0 one'] } },
      { kind: 'refused', stage: 'rcpt' },
      { kind: 'refused', stage: 'dot', reply: { code: 452 } },
      { kind: 'accepted', reply: { lines: ['2.0.0 three'] } },
    ])
    expect(await delivery.connection.send(second)).toMatchObject([{ kind: 'accepted' }, { kind: 'accepted' }])
    expect(delivery.seen.said[0]).toBe('LHLO client.test')
  })

  it('who was not answered for before the connection broke is in doubt, and no other', async () => {
    await using delivery = await deliverWith({
      protocol: 'lmtp',
      answer: ({ verb }) => (verb === 'message' ? { say: '250 2.0.0 one\r\n', end: 'close' } : undefined),
    })
    const outcomes = await delivery.connection.send(letter(1, ...many(3)), Promise.resolve(letter(2)))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'reply-lost', 'reply-lost'])
    expect(await delivery.connection.send(letter(2))).toMatchObject([{ kind: 'broken' }])
  })

  it('consent to DATA without a recipient ends the connection, as no answer would come', async () => {
    await using delivery = await deliverWith({
      protocol: 'lmtp',
      answer: ({ verb }) => (verb === 'RCPT' ? '550 5.1.1 no\r\n' : verb === 'DATA' ? '354 go\r\n' : undefined),
    })
    expect(await delivery.connection.send(letter(1))).toMatchObject([{ kind: 'refused', stage: 'rcpt' }])
    expect(delivery.connection.usable).toBe(false)
  })
})

it('a message to nobody is no transaction', async () => {
  await using delivery = await deliverWith({ offers: everything })
  expect(await delivery.connection.send({ envelope: { from: '', to: [] }, message: Buffer.from('x') })).toEqual([])
  expect(delivery.seen.said).toHaveLength(1)
})
