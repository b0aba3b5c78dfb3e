import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ProviderEvent, ReadRequest } from './event.ts'
import { isFresh } from './event.ts'
import { findEnhanced, name, parseJson, seconds, smtpCode, words } from './field.ts'

const signed = z.object({
  signature: z.object({
    timestamp: z.union([z.string().max(20), z.number().transform(String)]),
    token: z.string().regex(/^[A-Za-z0-9]{1,100}$/),
    signature: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  'event-data': z.object({ event: name }),
})

/** What is read of an event; there is more of it. */
const delivery = z.object({
  'event-data': z.object({
    id: name,
    timestamp: seconds,
    recipient: name,
    severity: z.enum(['temporary', 'permanent']).optional(),
    flags: z.object({ 'is-test-mode': z.boolean().optional() }).optional(),
    envelope: z.object({ sender: name.optional() }).optional(),
    message: z.object({ headers: z.object({ 'message-id': name }) }),
    'delivery-status': z
      .object({
        code: z.number().nullish(),
        message: words.nullish(),
        description: words.nullish(),
        'enhanced-code': name.nullish(),
        tls: z.boolean().nullish(),
      })
      .optional(),
  }),
})

/**
 * Requests of Mailgun: one event each, with a signature over a time and a token (documentation.mailgun.com, "Securing
 * Webhooks" and "Webhook Payloads", read on 2026-11-25). It does not cover the event: whoever has seen one request could put
 * another event under its signature, so a token is good for one event alone.
 *
 * @param signingKey the HTTP webhook signing key of the account
 */
export function createMailgunReader(signingKey: string): ReadRequest {
  return ({ body }, now) => {
    const json = parseJson(body)
    const outer = signed.safeParse(json)
    if (!outer.success) return { kind: 'refused', why: 'malformed' }
    const { timestamp, token, signature } = outer.data.signature
    const expected = createHmac('sha256', signingKey).update(`${timestamp}${token}`).digest()
    if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return { kind: 'refused', why: 'unauthentic' }
    if (!isFresh(timestamp, now)) return { kind: 'refused', why: 'stale' }
    const { event } = outer.data['event-data']
    if (event !== 'delivered' && event !== 'failed') return { kind: 'events', events: [], others: 1, malformed: 0, once: token }
    const inner = delivery.safeParse(json)
    if (!inner.success) return { kind: 'events', events: [], others: 0, malformed: 1, once: token }
    const data = inner.data['event-data']
    if (data.flags?.['is-test-mode'] === true) return { kind: 'events', events: [], others: 1, malformed: 0, once: token }
    return { kind: 'events', events: [describe(event, data)], others: 0, malformed: 0, once: token }
  }
}

function describe(event: 'delivered' | 'failed', data: z.output<typeof delivery>['event-data']): ProviderEvent {
  const status = data['delivery-status']
  const reply = status?.message || status?.description || null
  const failed = data.severity === 'temporary' ? 'deferred' : 'failed'
  return {
    provider: 'mailgun',
    eventId: data.id,
    event: event === 'failed' && data.severity ? `failed ${data.severity}` : event,
    outcome: event === 'delivered' ? 'delivered' : failed,
    time: data.timestamp,
    recipient: data.recipient,
    messageId: data.message.headers['message-id'],
    returnPath: data.envelope?.sender,
    code: smtpCode(status?.code),
    enhanced: findEnhanced(status?.['enhanced-code']) ?? findEnhanced(reply),
    reply,
    tls: status?.tls ?? null,
  }
}
