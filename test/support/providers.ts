import { type KeyObject, createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** An event of delivery, of which a test changes one thing. */
export interface Reported {
  readonly id?: string
  readonly event?: string
  readonly to?: string
  /** Without angle brackets. */
  readonly messageId?: string
  readonly returnPath?: string
  /** Seconds since the epoch. */
  readonly at: number
}

/** A request as a provider sends it. */
export interface Report {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Providers with keys made at run time. */
export class Providers {
  readonly mailgunKey = randomBytes(16).toString('hex')
  readonly sparkpost = { user: 'events', password: randomBytes(16).toString('hex') }
  readonly #sendgrid: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
  })

  /** As SendGrid shows it. */
  get sendgridKey(): string {
    return this.#sendgrid.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  }

  mailgun(
    { id = 'm1', event = 'delivered', to = 'ada@a.test', messageId = '', returnPath, at }: Reported,
    token = randomBytes(25).toString('hex'),
  ): Report {
    const timestamp = String(Math.floor(at))
    const signature = createHmac('sha256', this.mailgunKey)
      .update(timestamp + token)
      .digest('hex')
    const data = {
      id,
      event,
      timestamp: at,
      recipient: to,
      envelope: { sender: returnPath ?? 'bounces@provider.test' },
      message: { headers: { 'message-id': messageId } },
      'delivery-status': { code: 250, message: 'OK', tls: true, 'certificate-verified': true },
    }
    const body = JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': data })
    return { body, headers: { 'content-type': 'application/json' } }
  }

  sendgrid(events: readonly Reported[], at: number): Report {
    const body = JSON.stringify(
      events.map(({ id = 's1', event = 'delivered', to = 'ada@a.test', messageId = '', at: time }) => ({
        sg_event_id: id,
        event,
        email: to,
        timestamp: Math.floor(time),
        'smtp-id': `<${messageId}>`,
        response: '250 2.0.0 OK',
        tls: 1,
      })),
    )
    return this.sealSendgrid(body, at)
  }

  sealSendgrid(body: string, at: number): Report {
    const timestamp = String(Math.floor(at))
    const signature = sign('sha256', Buffer.from(timestamp + body), this.#sendgrid.privateKey).toString('base64')
    return {
      body,
      headers: {
        'content-type': 'application/json',
        'x-twilio-email-event-webhook-signature': signature,
        'x-twilio-email-event-webhook-timestamp': timestamp,
      },
    }
  }

  sparkpostReport(events: readonly Reported[], password = this.sparkpost.password): Report {
    const body = JSON.stringify(
      events.map(({ id = 'p1', event = 'delivery', to = 'ada@a.test', returnPath = '', at }) => ({
        msys: {
          message_event: { type: event, event_id: id, timestamp: String(Math.floor(at)), rcpt_to: to, msg_from: returnPath },
        },
      })),
    )
    const authorization = `Basic ${Buffer.from(`${this.sparkpost.user}:${password}`).toString('base64')}`
    return { body, headers: { 'content-type': 'application/json', authorization } }
  }
}
