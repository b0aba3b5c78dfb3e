import { type KeyObject, createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'
import { SealpostError } from '../errors.ts'
import { type ProviderEvent, type ReadRequest, isFresh, mostEvents } from './event.ts'
import { findCode, findEnhanced, name, parseJson, seconds, words } from './field.ts'

/** The events of delivery that are final or temporary; `processed` says only that it was taken. */
const outcomes = { delivered: 'delivered', deferred: 'deferred', bounce: 'failed', dropped: 'failed' } as const

const batch = z.array(z.unknown()).max(mostEvents)
const kind = z.object({ event: name })
const delivery = z.object({
  event: z.enum(['delivered', 'deferred', 'bounce', 'dropped']),
  email: name,
  timestamp: seconds,
  sg_event_id: name,
  'smtp-id': name.optional(),
  response: words.nullish(),
  reason: words.nullish(),
  status: words.nullish(),
  tls: z.union([z.literal(0), z.literal(1), z.literal('0'), z.literal('1')]).optional(),
})

/**
 * Requests of SendGrid: many events, and a signature over a time and the body, ECDSA on P-256 with SHA-256 (twilio.com,
 * "Getting Started with the Event Webhook Security Features" and "Event Webhook Reference", read on 2026-11-25).
 *
 * @param publicKey as SendGrid shows it: base64 of a SubjectPublicKeyInfo
 * @throws SealpostError SP_SETTINGS_INVALID where it is no such key
 */
export function createSendgridReader(publicKey: string): ReadRequest {
  const key = readPublicKey(publicKey)
  return ({ body, header }, now) => {
    const signature = Buffer.from(header('x-twilio-email-event-webhook-signature') ?? '', 'base64')
    const timestamp = header('x-twilio-email-event-webhook-timestamp') ?? ''
    const text = Buffer.concat([Buffer.from(timestamp.slice(0, 20)), body])
    if (signature.length > 80 || !verify('sha256', text, key, signature)) return { kind: 'refused', why: 'unauthentic' }
    if (!isFresh(timestamp, now)) return { kind: 'refused', why: 'stale' }
    const read = batch.safeParse(parseJson(body))
    if (!read.success) return { kind: 'refused', why: 'malformed' }
    const events: ProviderEvent[] = []
    let [others, malformed] = [0, 0]
    for (const one of read.data) {
      const known = kind.safeParse(one)
      if (known.success && !Object.hasOwn(outcomes, known.data.event)) others += 1
      else {
        const event = delivery.safeParse(one)
        if (event.success) events.push(describe(event.data))
        else malformed += 1
      }
    }
    return { kind: 'events', events, others, malformed }
  }
}

function readPublicKey(text: string): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key
  } catch {
    // Told below: whatever it is, it is no such key.
  }
  throw new SealpostError('SP_SETTINGS_INVALID', {
    where: 'claims.sendgrid.publicKey',
    what: 'This is not the verification key of a SendGrid webhook: a public key on P-256 in base64',
    next: 'Copy it from Settings, Mail Settings, Event Webhooks, Signature Verification.',
  })
}

function describe(data: z.output<typeof delivery>): ProviderEvent {
  const reply = data.response || data.reason || null
  return {
    provider: 'sendgrid',
    eventId: data.sg_event_id,
    event: data.event,
    outcome: outcomes[data.event],
    time: data.timestamp,
    recipient: data.email,
    messageId: data['smtp-id'],
    returnPath: undefined,
    code: findCode(reply),
    enhanced: findEnhanced(data.status) ?? findEnhanced(reply),
    reply,
    tls: data.tls === undefined ? null : Number(data.tls) === 1,
  }
}
