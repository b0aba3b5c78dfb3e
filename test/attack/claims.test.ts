/**
 * What providers report comes over HTTP from anywhere. Whoever can make a report be believed can write into the evidence that
 * a message arrived that never did, or over TLS that never was; whoever can make the server work for a report that is not
 * believed can keep it from letting people go. So a report counts only under the provider's signature or password, once, for
 * a message of ours to that recipient, and costs no more than its size.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SentMessage, printReturnPath, printToken } from '../../src/bounce/index.ts'
import { createMailgunReader, createSendgridReader, createSparkpostReader } from '../../src/claim/index.ts'
import { Pace, claimsPace } from '../../src/serve/index.ts'
import { SqliteClaimBox } from '../../src/store/index.ts'
import { sentMessage } from '../support/bounces.ts'
import { Providers, type Report } from '../support/providers.ts'
import { createServing } from '../support/serving.ts'

const now = Date.UTC(2026, 10, 25, 12)
const at = now / 1000
const key = randomBytes(32)
const digest = '0123456789abcdef'.repeat(4)

let folder: string
let box: SqliteClaimBox
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  box = SqliteClaimBox.open(folder)
})
afterEach(async () => {
  box[Symbol.dispose]()
  await rm(folder, { recursive: true })
})

const sent = ['ada', 'bob', 'cy'].map((name, index): SentMessage => {
  const address = `${name}@a.test`
  return { id: index + 1, campaign: 'spring', digest, address, addressKey: address, createdAt: 0, tried: true }
})
const tokenOf = (id: number, by = key): string => printToken(sentMessage({ ...sent[id - 1], id }), by)

/** A server that sent messages 1 to 3, to ada, bob and cy. */
function openServer() {
  const providers = new Providers()
  const notes: string[] = []
  let time = now
  const serving = createServing({
    claims: {
      desk: {
        readers: new Map([
          ['mailgun', createMailgunReader(providers.mailgunKey)],
          ['sendgrid', createSendgridReader(providers.sendgridKey)],
          ['sparkpost', createSparkpostReader(providers.sparkpost.user, providers.sparkpost.password)],
        ]),
        key: async () => key,
        messages: () => ({ find: async (id) => sent.find((one) => one.id === id) }),
        box,
        now: () => time,
      },
      pace: new Pace(claimsPace, () => time),
      onNote: (words) => notes.push(words),
    },
  })
  return {
    providers,
    notes,
    serving,
    setTime: (to: number) => (time = to),
    post: async (provider: string, { body, headers }: Report, remote?: string) =>
      (await serving.ask(`/events/${provider}`, { method: 'POST', body, headers }, remote)).status,
    kept: () => box.waiting().map(({ claim }) => `${claim?.provider} ${claim?.eventId} ${claim?.message} ${claim?.outcome}`),
  }
}

const toAda = { at, messageId: `${tokenOf(1)}@shop.test` }

it('what is authentic is kept once, however often it comes', async () => {
  const { providers, post, kept, notes } = openServer()
  const mailgun = providers.mailgun(toAda)
  const sendgrid = providers.sendgrid([toAda, { ...toAda, id: 's2', event: 'deferred' }], at)
  const sparkpost = providers.sparkpostReport([{ at, returnPath: printReturnPath('b@shop.test', tokenOf(1)) }])
  for (const _ of [1, 2]) {
    expect(await post('mailgun', mailgun)).toBe(200)
    expect(await post('sendgrid', sendgrid)).toBe(200)
    expect(await post('sparkpost', sparkpost)).toBe(200)
  }
  // Under a signature of its own, as when a provider sends it anew.
  expect(await post('mailgun', providers.mailgun(toAda))).toBe(200)
  expect(kept()).toEqual([
    'mailgun m1 1 delivered',
    'sendgrid s1 1 delivered',
    'sendgrid s2 1 deferred',
    'sparkpost p1 1 delivered',
  ])
  expect(notes).toEqual([])
})

describe('a forger', () => {
  it('without the key or the password gets nothing in, and learns nothing', async () => {
    const { post, kept, providers } = openServer()
    const other = new Providers()
    const forged: [string, Report][] = [
      ['mailgun', other.mailgun(toAda)],
      ['sendgrid', other.sendgrid([toAda], at)],
      ['sendgrid', { ...providers.sendgrid([toAda], at), body: providers.sendgrid([{ ...toAda, event: 'bounce' }], at).body }],
      ['sendgrid', { ...providers.sendgrid([toAda], at), headers: {} }],
      ['sparkpost', other.sparkpostReport([toAda])],
      ['sparkpost', { ...providers.sparkpostReport([toAda]), headers: {} }],
    ]
    for (const [provider, report] of forged) expect([provider, await post(provider, report)]).toEqual([provider, 401])
    expect(kept()).toEqual([])
  })

  it('who saw a report of Mailgun cannot put another event under its signature', async () => {
    const { post, kept, providers, notes } = openServer()
    const token = 'a'.repeat(50)
    expect(await post('mailgun', providers.mailgun({ ...toAda, event: 'opened' }, token))).toBe(200)
    expect(await post('mailgun', providers.mailgun(toAda, token))).toBe(406)
    const failed = providers.mailgun({ ...toAda, event: 'failed' }, 'b'.repeat(50))
    expect(await post('mailgun', failed)).toBe(200)
    expect(await post('mailgun', providers.mailgun({ ...toAda, id: 'm2' }, 'b'.repeat(50)))).toBe(406)
    expect(kept()).toEqual(['mailgun m1 1 failed'])
    expect(notes).toContain('mailgun: a report was refused: its signature was used for another event before')
  })

  it('cannot say more of a report that was about nobody here, or another thing of one that was', async () => {
    const { post, kept, providers } = openServer()
    const token = 'c'.repeat(50)
    // Of another program on the same account. Whoever reads its log has signature, token and name of the event.
    const foreign = providers.mailgun({ at, messageId: 'x@other.test', event: 'failed' }, token)
    expect(await post('mailgun', foreign)).toBe(200)
    expect(await post('mailgun', providers.mailgun(toAda, token))).toBe(406)
    expect(await post('mailgun', foreign)).toBe(200)
    const own = 'd'.repeat(50)
    expect(await post('mailgun', providers.mailgun({ ...toAda, id: 'm2', event: 'failed' }, own))).toBe(200)
    expect(await post('mailgun', providers.mailgun({ ...toAda, id: 'm2' }, own))).toBe(406)
    expect(kept()).toEqual(['mailgun m2 1 failed'])
  })

  it('cannot wait until it is forgotten that a signature was used', async () => {
    const { post, kept, providers, setTime } = openServer()
    const old = [
      ['mailgun', providers.mailgun(toAda)],
      ['sendgrid', providers.sendgrid([toAda], at)],
    ] as const
    for (const [provider, report] of old) expect(await post(provider, report)).toBe(200)
    box.finish(box.waiting().map(({ id }) => id))
    for (const days of [1, 3, 8, 400]) {
      setTime(now + days * 86_400_000)
      for (const [provider, report] of old) expect(await post(provider, report)).toBe(days === 1 ? 200 : 406)
    }
    expect(kept()).toEqual([])
  })

  it('is not let go on for long: who sends many is not answered any more, others are', async () => {
    const { post, providers } = openServer()
    const other = new Providers()
    const answers: number[] = []
    for (let tries = 0; tries < 300; tries++) answers.push(await post('mailgun', other.mailgun(toAda), '198.51.100.1'))
    expect(answers.filter((status) => status === 401).length).toBeLessThan(200)
    expect(answers.at(-1)).toBe(429)
    expect(await post('mailgun', providers.mailgun(toAda), '192.0.2.9')).toBe(200)
  })
})

describe('another customer of the same account, or the recipient of another message,', () => {
  it('is told of nobody, and nothing is kept of it but the count', async () => {
    const { post, kept, providers, notes, serving } = openServer()
    const events = [
      { at, id: '1', messageId: 'foreign@other.test' },
      { at, id: '2', messageId: `${tokenOf(2)}@shop.test` },
      { at, id: '3', messageId: `${tokenOf(1, randomBytes(32))}@shop.test` },
      { at, id: '4', messageId: `${tokenOf(99)}@shop.test` },
      { at, id: '5', messageId: '1.fedcba9876543210@shop.test' },
      { at, id: '6', messageId: '1.0123456789abcdef@shop.test' },
    ]
    expect(await post('sendgrid', providers.sendgrid(events, at))).toBe(200)
    expect(kept()).toEqual(['sendgrid 6 1 delivered'])
    expect(notes).toEqual(['sendgrid: 5 of its events are about no message that was sent from here, and were dropped'])
    const metrics = await (await serving.ask('/metrics', {}, '127.0.0.1')).text()
    expect(metrics).toContain('sealpost_claims_total{provider="sendgrid",fate="untied"} 5')
  })
})

describe('a report that is too much', () => {
  it('is not read to its end, with a length or without', async () => {
    const { serving } = openServer()
    const huge = 'x'.repeat(5 << 20)
    expect((await serving.ask('/events/sendgrid', { method: 'POST', body: huge })).status).toBe(413)
    let given = 0
    const endless = new ReadableStream({
      pull: (controller) => {
        given += 1 << 16
        controller.enqueue(new Uint8Array(1 << 16))
      },
    })
    const init = { method: 'POST', body: endless, duplex: 'half' } as RequestInit
    expect((await serving.ask('/events/sendgrid', init)).status).toBe(413)
    expect(given).toBeLessThan(8 << 20)
  })

  it('of thousands of events is taken whole, of more than a provider sends not at all', async () => {
    const { post, providers } = openServer()
    const many = (count: number) => Array.from({ length: count }, (_, id) => ({ ...toAda, id: `e${id}` }))
    expect(await post('sendgrid', providers.sendgrid(many(10_000), at))).toBe(200)
    expect(box.waiting(9_600)).toHaveLength(400)
    expect(await post('sendgrid', providers.sendgrid(many(10_001), at))).toBe(406)
  })

  it('is nested without end, is no JSON, or is something else, and is refused', async () => {
    const { post, kept, providers, serving } = openServer()
    const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
    const inside = `[{"event":"delivered","sg_event_id":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}]`
    for (const [body, status] of [
      [deep, 200],
      [inside, 200],
      ['{"__proto__":{"event":"delivered"}}', 406],
      ['[{"__proto__":{"event":"delivered"}},{"event":"__proto__"},{"event":"constructor"}]', 200],
      ['', 406],
      ['\ufffd', 406],
      ['null', 406],
    ] as const)
      expect([body.slice(0, 20), await post('sendgrid', providers.sealSendgrid(body, at))]).toEqual([body.slice(0, 20), status])
    expect(kept()).toEqual([])
    expect(serving.errors).toEqual([])
  })

  it('many at once are asked to come again, and one client cannot take all places', async () => {
    const { serving } = openServer()
    const gates: (() => void)[] = []
    const slow = () =>
      new ReadableStream({
        start: (controller) => {
          gates.push(() => {
            controller.close()
          })
        },
      })
    const ask = async (remote: string) =>
      (await serving.ask('/events/sendgrid', { method: 'POST', body: slow(), duplex: 'half' }, remote)).status
    const waiting = Array.from({ length: 8 }, async () => ask('198.51.100.1'))
    expect(await ask('198.51.100.1')).toBe(503)
    const other = ask('192.0.2.9')
    for (const open of gates) open()
    expect(await Promise.all([...waiting, other])).toEqual(Array(9).fill(401))
  })
})

it('there is nothing but POST, nothing for providers that are not set up, and nothing where none is', async () => {
  const { serving, post, providers } = openServer()
  for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await serving.ask('/events/mailgun', { method })).status).toBe(404)
  for (const name of ['postmark', '__proto__', 'constructor', '%2e%2e'])
    expect(await post(name, providers.mailgun(toAda))).toBe(404)
  expect((await createServing().ask('/events/mailgun', { method: 'POST', ...providers.mailgun(toAda) })).status).toBe(404)
})

it('a report that cannot be written down is told as a failure, so that it comes again', async () => {
  const { serving, post, providers } = openServer()
  box[Symbol.dispose]()
  expect(await post('mailgun', providers.mailgun(toAda))).toBe(503)
  expect(serving.errors).toHaveLength(1)
  box = SqliteClaimBox.open(folder)
})

it('a key that is none of SendGrid is refused before anything is listened for', () => {
  const key = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  expect(() => createSendgridReader(key)).toThrow(expect.objectContaining({ code: 'SP_SETTINGS_INVALID' }))
})
