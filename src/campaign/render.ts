import { SealpostError } from '../errors.ts'
import { composeMessage, type Mailbox } from '../mime/index.ts'
import type { FrozenCampaign, Place } from './freeze.ts'
import type { Medium } from './liquid.ts'
import { type NamedAddress, parseMailbox } from '../smtp/index.ts'
import { parseTemplate, type Template } from './template.ts'

/** Whom a message is for, as the queue keeps them. */
export interface RenderTarget {
  /** Stable over tries: it is the left half of the Message-ID. Letters, digits, dots, dashes and underscores. */
  readonly id: string
  readonly address: string
  readonly columns: Readonly<Record<string, string>>
  /** Milliseconds since the epoch: the Date of the message, on every try. */
  readonly createdAt: number
  /** How the recipient leaves, where the campaign gives links. */
  readonly unsubscribe?: { readonly url: string; readonly headers: Readonly<Record<string, string>> }
}

/** A message that is ready to be handed over. */
export interface RenderedMessage {
  /** Of the envelope. */
  readonly from: string
  readonly to: string
  readonly raw: Buffer
}

export interface Renderer {
  /** @throws SealpostError SP_TEMPLATE_INVALID, SP_MESSAGE_INVALID, SP_ADDRESS_INVALID */
  render(target: RenderTarget): Promise<RenderedMessage>
}

/**
 * Makes the messages of a frozen campaign: the same recipient gets the same bytes on every try.
 * Templates see each column by its name, and `email`, the address that the message goes to.
 *
 * @throws SealpostError SP_TEMPLATE_INVALID
 */
export function createRenderer(frozen: FrozenCampaign): Renderer {
  const from = readMailbox(frozen.from)
  const replyTo = frozen.replyTo === undefined ? undefined : readMailbox(frozen.replyTo)
  const templates = parseTemplates(frozen)
  return {
    render: async ({ id, address, columns, createdAt, unsubscribe }) => {
      // After the columns: a list must not bring a link of its own.
      const values = { ...columns, email: address, ...(unsubscribe && { unsubscribe_url: unsubscribe.url }) }
      const text = templates.text?.render(values)
      const html = templates.html?.render(values)
      const raw = await composeMessage({
        from: toMailbox(from),
        to: { address },
        subject: templates.subject.render(values),
        headers: { ...usualHeaders(frozen), ...renderHeaders(templates.headers, values), ...unsubscribe?.headers },
        date: createdAt,
        messageId: `<${id}@${from.address.domain}>`,
        ...(replyTo === undefined ? {} : { replyTo: toMailbox(replyTo) }),
        ...(text === undefined ? {} : { text }),
        ...(html === undefined ? {} : { html }),
      })
      return { from: from.address.text, to: address, raw }
    },
  }
}

export interface Templates {
  readonly subject: Template
  readonly text?: Template
  readonly html?: Template
  readonly headers: readonly (readonly [string, Template])[]
}

/** Every template of a frozen campaign. */
export function parseTemplates(frozen: FrozenCampaign): Templates {
  const { places, text, html } = frozen
  const parse = (source: string, place: Place | undefined, medium: Medium): Template =>
    parseTemplate({ source, ...(place ?? { file: frozen.name, line: 1 }) }, medium)
  return {
    subject: parse(frozen.subject, places.subject, 'text'),
    headers: Object.entries(frozen.headers).map(([name, source]) => [name, parse(source, places.headers[name], 'text')] as const),
    ...(text === undefined ? {} : { text: parse(text, places.text, 'text') }),
    ...(html === undefined ? {} : { html: parse(html, places.html, 'html') }),
  }
}

/**
 * What says that this is bulk, so that answering machines keep quiet (RFC 3834 3.1.8). Auto-Submitted is left out: it marks what a machine wrote of its own accord (RFC 3834 5), and a person
 * started the campaign. The sender may set either.
 */
function usualHeaders(frozen: FrozenCampaign): Record<string, string> {
  const own = Object.keys(frozen.headers).some((name) => name.toLowerCase() === 'precedence')
  return own ? {} : { Precedence: 'bulk' }
}

function renderHeaders(headers: Templates['headers'], values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(headers.map(([name, template]) => [name, template.render(values)]))
}

function readMailbox(text: string): NamedAddress {
  const mailbox = parseMailbox(text)
  if (mailbox.kind === 'mailbox') return mailbox
  throw new SealpostError('SP_ADDRESS_INVALID', { what: `The sender or the address for answers is malformed: ${mailbox.why}` })
}

function toMailbox({ name, address }: NamedAddress): Mailbox {
  return { name, address: address.text }
}
