import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type SentMessage, printReturnPath, printToken } from '../bounce/index.ts'
import { isFresh } from './event.ts'
import { type ProviderEvent, createMailgunReader, createSendgridReader, createSparkpostReader, tieEvent } from './index.ts'

const now = Date.UTC(2026, 10, 25, 12)
const second = String(now / 1000)
const at = now / 1000

function requestOf(body: string | Buffer, headers: Readonly<Record<string, string>> = {}) {
  return { body: Buffer.from(body), header: (name: string): string | undefined => headers[name] }
}

describe('mailgun', () => {
  const key = randomBytes(16).toString('hex')
  const read = createMailgunReader(key)
  const token = 'a'.repeat(50)
  const delivered = {
    event: 'delivered',
    id: 'MXcc2gEpS',
    timestamp: at - 3.25,
    recipient: 'ada@a.test',
    envelope: { sender: 'bounces@shop.test', targets: 'ada@a.test' },
    message: { headers: { 'message-id': '7.0123456789abcdef@shop.test' }, size: 341 },
    'delivery-status': {
      'attempt-no': 1,
      code: 250,
      message: 'OK',
      tls: true,
      'certificate-verified': true,
      'enhanced-code': null,
    },
  }
  const sealed = (
    data: object,
    timestamp = second,
    signature = createHmac('sha256', key)
      .update(timestamp + token)
      .digest('hex'),
  ) => requestOf(JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': data }))

  it('that delivered says so, with what it says of TLS', () => {
    expect(read(sealed(delivered), now)).toEqual({
      kind: 'events',
      others: 0,
      malformed: 0,
      once: token,
      events: [
        {
          provider: 'mailgun',
          eventId: 'MXcc2gEpS',
          event: 'delivered',
          outcome: 'delivered',
          time: now - 3_250,
          recipient: 'ada@a.test',
          messageId: '7.0123456789abcdef@shop.test',
          returnPath: 'bounces@shop.test',
          code: 250,
          enhanced: null,
          reply: 'OK',
          tls: true,
        },
      ],
    })
  })

  it.each([
    [{ severity: 'temporary', 'delivery-status': { code: 421, message: '4.7.0 later' } }, 'deferred', 421, '4.7.0', null],
    [
      { severity: 'permanent', 'delivery-status': { code: 550, message: 'no', 'enhanced-code': '5.5.0', tls: false } },
      'failed',
      550,
      '5.5.0',
      false,
    ],
    [{ severity: 'permanent', 'delivery-status': { code: 605, description: 'suppressed' } }, 'failed', null, null, null],
    [{}, 'failed', 250, null, true],
  ])('that failed is %j: %s', (changes, outcome, code, enhanced, tls) => {
    const reading = read(sealed({ ...delivered, event: 'failed', ...changes }), now)
    expect(reading).toMatchObject({ events: [{ outcome, code, enhanced, tls }] })
  })

  it('is refused with another signature, an old one, or one of tomorrow', () => {
    const other = createHmac('sha256', 'another key')
      .update(second + token)
      .digest('hex')
    expect(read(sealed(delivered, second, other), now)).toEqual({ kind: 'refused', why: 'unauthentic' })
    for (const old of [at - 49 * 3600, at + 600])
      expect(read(sealed(delivered, String(old)), now)).toEqual({ kind: 'refused', why: 'stale' })
    for (const body of ['', '[]', '{"signature":{}}', '{"event-data":{"event":"delivered"}}', '\ufffd\ud800'])
      expect(read(requestOf(body), now)).toEqual({ kind: 'refused', why: 'malformed' })
  })

  it('that tells of openings, or tries the address, is not taken; what is not as documented is counted', () => {
    expect(read(sealed({ ...delivered, event: 'opened' }), now)).toMatchObject({ events: [], others: 1 })
    expect(read(sealed({ ...delivered, flags: { 'is-test-mode': true } }), now)).toMatchObject({ events: [], others: 1 })
    for (const broken of [
      { id: '' },
      { id: 'x'.repeat(300) },
      { timestamp: -1 },
      { timestamp: 'now' },
      { recipient: 7 },
      { message: {} },
    ])
      expect(read(sealed({ ...delivered, ...broken }), now)).toMatchObject({ events: [], malformed: 1 })
  })
})

describe('sendgrid', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const read = createSendgridReader(publicKey.export({ format: 'der', type: 'spki' }).toString('base64'))
  const sealed = (events: unknown, timestamp = second, signer = privateKey) => {
    const body = JSON.stringify(events)
    return requestOf(body, {
      'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(timestamp + body), signer).toString('base64'),
      'x-twilio-email-event-webhook-timestamp': timestamp,
    })
  }
  const base = {
    email: 'ada@a.test',
    timestamp: at,
    sg_event_id: 'e1',
    sg_message_id: 'm1',
    'smtp-id': '<7.0123456789abcdef@shop.test>',
  }

  it('tells of many at once', () => {
    const reading = read(
      sealed([
        { ...base, event: 'delivered', response: '250 2.0.0 OK', tls: 1 },
        { ...base, event: 'deferred', response: '451 4.7.1 later', attempt: '2' },
        { ...base, event: 'bounce', status: '5.1.1', reason: '550 no such user', type: 'bounce', tls: '0' },
        { ...base, event: 'dropped', reason: 'Bounced Address' },
        { ...base, event: 'processed' },
        { ...base, event: 'open', useragent: 'x' },
        { ...base, event: 'delivered', sg_event_id: undefined },
        'nonsense',
      ]),
      now,
    )
    expect(reading).toMatchObject({
      events: [
        { event: 'delivered', outcome: 'delivered', code: 250, enhanced: '2.0.0', tls: true, time: now },
        { outcome: 'deferred', code: 451, enhanced: '4.7.1', tls: null },
        { event: 'bounce', outcome: 'failed', code: 550, enhanced: '5.1.1', tls: false },
        { event: 'dropped', outcome: 'failed', code: null, reply: 'Bounced Address' },
      ],
      others: 2,
      malformed: 2,
    })
  })

  it('is refused where the body or the time is another than was signed, or another key signed', () => {
    const events = [{ ...base, event: 'delivered' }]
    const good = sealed(events)
    expect(read({ ...good, body: Buffer.from(JSON.stringify([{ ...events[0], email: 'eve@a.test' }])) }, now)).toMatchObject({
      why: 'unauthentic',
    })
    expect(
      read({ ...good, header: (name) => (name.endsWith('timestamp') ? String(at + 1) : good.header(name)) }, now),
    ).toMatchObject({ why: 'unauthentic' })
    expect(read({ ...good, header: () => undefined }, now)).toMatchObject({ why: 'unauthentic' })
    const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey
    expect(read(sealed(events, second, other), now)).toMatchObject({ why: 'unauthentic' })
    expect(read(sealed(events, String(at - 49 * 3600)), now)).toMatchObject({ why: 'stale' })
    expect(read(sealed({ event: 'delivered' }), now)).toMatchObject({ why: 'malformed' })
    expect(read(sealed(Array.from({ length: 10_001 }, () => ({}))), now)).toMatchObject({ why: 'malformed' })
  })

  it('needs a key on P-256', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'der', type: 'spki' })
    const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey.export({ format: 'der', type: 'spki' })
    for (const key of [rsa.toString('base64'), p384.toString('base64'), 'AAAA'])
      expect(() => createSendgridReader(key)).toThrow(expect.objectContaining({ code: 'SP_SETTINGS_INVALID' }))
  })
})

describe('sparkpost', () => {
  const read = createSparkpostReader('events', 'a: pass ü')
  const headers = { authorization: `Basic ${Buffer.from('events:a: pass ü').toString('base64')}` }
  const base = { event_id: '92', timestamp: second, rcpt_to: 'ada@a.test', raw_rcpt_to: 'Ada@a.test', msg_from: 'b+x@shop.test' }
  const bodyOf = (...events: object[]) => JSON.stringify(events.map((event) => ({ msys: { message_event: event } })))

  it('tells of many at once, and nothing of TLS', () => {
    const body = bodyOf(
      { ...base, type: 'delivery' },
      { ...base, type: 'delay', error_code: '450', raw_reason: '450 4.2.2 full' },
      { ...base, type: 'bounce', error_code: '554', raw_reason: 'refused' },
      { ...base, type: 'out_of_band' },
      { ...base, type: 'injection' },
      { ...base, type: 'bounce', event_id: undefined },
    )
    expect(read(requestOf(body, headers), now)).toMatchObject({
      events: [
        { outcome: 'delivered', recipient: 'Ada@a.test', returnPath: 'b+x@shop.test', tls: null, time: now },
        { outcome: 'deferred', code: 450, enhanced: '4.2.2' },
        { outcome: 'failed', code: 554, event: 'bounce' },
        { outcome: 'failed', event: 'out_of_band' },
      ],
      others: 1,
      malformed: 1,
    })
    expect(read(requestOf('[{"msys":{}}]', headers), now)).toEqual({ kind: 'events', events: [], others: 1, malformed: 0 })
  })

  it('is let in by user and password alone', () => {
    for (const authorization of [
      '',
      'Basic',
      'Basic ZXZlbnRzOmE=',
      `Bearer ${headers.authorization}`,
      headers.authorization.slice(6),
    ])
      expect(read(requestOf('[]', { authorization }), now)).toEqual({ kind: 'refused', why: 'unauthentic' })
    expect(read(requestOf('[]', { authorization: headers.authorization.replace('Basic', 'basic') }), now).kind).toBe('events')
    expect(read(requestOf('{}', headers), now)).toEqual({ kind: 'refused', why: 'malformed' })
  })
})

describe('an event is about', () => {
  const key = randomBytes(32)
  const message: SentMessage = {
    id: 7,
    campaign: 'spring',
    digest: '0123456789abcdef'.repeat(4),
    address: 'ada@a.test',
    addressKey: 'ada@a.test',
    createdAt: 0,
    tried: true,
  }
  const messages = { find: async (id: number) => (id === 7 ? message : undefined) }
  const event: ProviderEvent = {
    provider: 'mailgun',
    eventId: 'e',
    event: 'delivered',
    outcome: 'delivered',
    time: now,
    recipient: 'ada@a.test',
    messageId: undefined,
    returnPath: undefined,
    code: 250,
    enhanced: null,
    reply: null,
    tls: true,
  }
  const tie = async (changes: Partial<ProviderEvent>, found = messages) =>
    (await tieEvent({ ...event, ...changes }, key, found))?.id

  it('the message that its Message-ID or return path names', async () => {
    const token = printToken(message, key)
    expect(await tie({ messageId: `<${token}@shop.test>` })).toBe(7)
    expect(await tie({ messageId: `${token}@shop.test`, recipient: 'Ada@A.test' })).toBe(7)
    expect(await tieEvent({ ...event, messageId: '7.0123456789abcdef@shop.test' }, undefined, messages)).toBe(message)
    expect(await tie({ returnPath: printReturnPath('b@shop.test', printToken(message, key)) })).toBe(7)
    expect(
      await tie({ messageId: '<foreign@other.test>', returnPath: printReturnPath('b@shop.test', printToken(message, key)) }),
    ).toBe(7)
  })

  it("none, where it is another account's, another person's, or of a message that was never sent", async () => {
    const token = printToken(message, key)
    expect(await tie({})).toBeUndefined()
    expect(await tie({ messageId: `<${token}@shop.test>`, recipient: 'eve@a.test' })).toBeUndefined()
    expect(await tie({ messageId: `<${token}@shop.test>`, recipient: 'no address' })).toBeUndefined()
    expect(await tie({ messageId: `<${printToken({ ...message, id: 8 }, key)}@shop.test>` })).toBeUndefined()
    expect(await tie({ messageId: `<${printToken(message, randomBytes(32))}@shop.test>` })).toBeUndefined()
    expect(await tie({ messageId: '7.fedcba9876543210@shop.test' })).toBeUndefined()
    // Made for who had this number before the queue was lost, and for another campaign.
    for (const before of [{ addressKey: 'bob@b.test' }, { campaign: 'autumn' }, { digest: 'e'.repeat(64) }])
      expect(await tie({ messageId: `<${printToken({ ...message, ...before }, key)}@shop.test>` })).toBeUndefined()
    expect(await tie({ messageId: `<${token}@shop.test>` }, { find: async () => ({ ...message, tried: false }) })).toBeUndefined()
    const unkeyed = await tieEvent(
      { ...event, returnPath: printReturnPath('b@shop.test', printToken(message, key)) },
      undefined,
      messages,
    )
    expect(unkeyed).toBeUndefined()
  })
})

it('any body gives events or a refusal, and never an exception', () => {
  const sparkpost = createSparkpostReader('u', 'p')
  const headers = { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` }
  const mailgun = createMailgunReader('key')
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
      for (const reading of [sparkpost(requestOf(body, headers), now), mailgun(requestOf(body), now)])
        expect(['events', 'refused']).toContain(reading.kind)
    }),
  )
})

it.each(['', 'now', '1e9', '-1', ' 1764072000', '99999999999999'])('%j is no time of a signature', (text) => {
  expect(isFresh(text, now)).toBe(false)
})
