import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { type ProviderEvent, type ReadRequest, mostEvents } from './event.ts'
import { findCode, findEnhanced, name, parseJson, seconds, smtpCode, words } from './field.ts'

/** A `delay` is tried again; an `out_of_band` bounce came after the receiving server had taken the message. */
const outcomes = {
  delivery: 'delivered',
  delay: 'deferred',
  bounce: 'failed',
  out_of_band: 'failed',
  policy_rejection: 'failed',
} as const

const batch = z.array(z.unknown()).max(mostEvents)
const kind = z.object({ msys: z.object({ message_event: z.object({ type: name }) }) })
const delivery = z.object({
  msys: z.object({
    message_event: z.object({
      type: z.enum(['delivery', 'delay', 'bounce', 'out_of_band', 'policy_rejection']),
      event_id: name,
      timestamp: seconds,
      rcpt_to: name,
      raw_rcpt_to: name.optional(),
      msg_from: name.optional(),
      error_code: z.union([z.string(), z.number()]).nullish(),
      raw_reason: words.nullish(),
      reason: words.nullish(),
    }),
  }),
})

/**
 * Requests of SparkPost: many events, and no signature; the request is let in by user and password of HTTP basic
 * authentication (developers.sparkpost.com, "Webhooks", read on 2026-11-25). The documented events say nothing of TLS.
 *
 * @param user as it was given to SparkPost, and the password
 */
export function createSparkpostReader(user: string, password: string): ReadRequest {
  // RFC 7617 2: user, colon, password, in base64. Compared by hashes, which have one length.
  const expected = digest(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`)
  return ({ body, header }) => {
    const given = (header('authorization') ?? '').replace(/^basic +/i, 'Basic ')
    if (!timingSafeEqual(digest(given), expected)) return { kind: 'refused', why: 'unauthentic' }
    const read = batch.safeParse(parseJson(body))
    if (!read.success) return { kind: 'refused', why: 'malformed' }
    const events: ProviderEvent[] = []
    let [others, malformed] = [0, 0]
    for (const one of read.data) {
      const known = kind.safeParse(one)
      // Also `{"msys": {}}`, with which SparkPost tries the address.
      if (!known.success || !Object.hasOwn(outcomes, known.data.msys.message_event.type)) others += 1
      else {
        const event = delivery.safeParse(one)
        if (event.success) events.push(describe(event.data.msys.message_event))
        else malformed += 1
      }
    }
    return { kind: 'events', events, others, malformed }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function describe(data: z.output<typeof delivery>['msys']['message_event']): ProviderEvent {
  const reply = data.raw_reason || data.reason || null
  return {
    provider: 'sparkpost',
    eventId: data.event_id,
    event: data.type,
    outcome: outcomes[data.type],
    time: data.timestamp,
    // As it was handed over: the other one is in small letters.
    recipient: data.raw_rcpt_to ?? data.rcpt_to,
    messageId: undefined,
    returnPath: data.msg_from,
    code: smtpCode(Number(data.error_code ?? Number.NaN)) ?? findCode(reply),
    enhanced: findEnhanced(reply),
    reply,
    tls: null,
  }
}
