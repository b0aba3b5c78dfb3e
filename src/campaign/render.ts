import { SealpostError } from '../errors.ts'
import { type Attachment, type BodyPlan, type Mailbox, MessagePlan, flattenHtml, planBody } from '../mime/index.ts'
import { type NamedAddress, parseMailbox } from '../smtp/index.ts'
import { variantColumn } from './audience.ts'
import type { FrozenCampaign } from './freeze.ts'
import { type SigningKey, signMessage } from './signing.ts'
import type { Template } from './template.ts'
import { type Templates, parseTemplates } from './templates.ts'
import { type LinkAddresses, fillLinks } from './tracking.ts'

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
  /** With which addresses it is counted, where the campaign counts; left out for a recipient who is not counted. */
  readonly tracking?: LinkAddresses
  /** Where the recipient takes back the consent to be counted, where the campaign counts, whoever it is. */
  readonly optout?: string
}

/** A message that is ready to be handed over. */
export interface RenderedMessage {
  /** Of the envelope. */
  readonly from: string
  readonly to: string
  readonly raw: Buffer
}

/** A message taken apart for people, as its recipient would get it. */
export interface PreviewedMessage extends RenderedMessage {
  readonly subject: string
  readonly preheader: string | undefined
  readonly text: string | undefined
  /** With cid: where pictures travel with it. */
  readonly html: string | undefined
  readonly attachments: readonly Attachment[]
}

export interface Renderer {
  /** @throws SealpostError SP_TEMPLATE_INVALID, SP_MESSAGE_INVALID, SP_ADDRESS_INVALID */
  render(target: RenderTarget): Promise<RenderedMessage>
  /** The same, and what it is made of. */
  preview(target: RenderTarget): Promise<PreviewedMessage>
}

export interface RenderOptions {
  /** What messages are signed with, in their order; none for no signature. */
  readonly keys?: readonly SigningKey[]
  /** Further headers of one message, encoded and folded already: List-Unsubscribe and what belongs to it. */
  readonly headers?: (target: RenderTarget) => Readonly<Record<string, string>>
  /** Put before the subject of each message. */
  readonly subjectPrefix?: string
}

/**
 * Makes the messages of a frozen campaign: the same recipient gets the same bytes on every try, signatures included.
 * Templates see each column by its name, and `email`, the address that the message goes to.
 *
 * @throws SealpostError SP_TEMPLATE_INVALID, SP_MESSAGE_INVALID
 */
export function createRenderer(frozen: FrozenCampaign, options: RenderOptions = {}): Renderer {
  const { keys = [], subjectPrefix = '' } = options
  const from = readMailbox(frozen.from)
  const templates = parseTemplates(frozen)
  const { text, html, headers } = templates
  const own = headers.filter(([, template]) => !isFixed(template))
  const plan = planMessage(frozen, templates, from)
  const fill = (target: RenderTarget) => {
    // After the columns: a list must not bring a link of its own.
    const link = target.unsubscribe && { unsubscribe_url: target.unsubscribe.url }
    const columns = { ...target.columns, email: target.address, ...link }
    const tracked = frozen.tracking && fillLinks(frozen.tracking, target)
    const values = tracked ? { ...columns, ...tracked.values } : columns
    const made = text || !html ? undefined : flattenHtml(templates.htmlAlone?.render(values) ?? '')
    return {
      values,
      text: made === undefined ? (text?.fillPlaces(values) ?? []) : [made],
      html: html?.fillPlaces(values, tracked?.createWriter()) ?? [],
      tracked,
      subject: subjectPrefix + chooseSubject(templates, target.columns[variantColumn]).render(values),
    }
  }
  const compose = async (target: RenderTarget, filled: ReturnType<typeof fill>): Promise<RenderedMessage> => {
    const { id, address, columns, createdAt } = target
    const raw = plan.compose({
      to: { address, ...nameRecipient(frozen, columns) },
      subject: filled.subject,
      date: createdAt,
      messageId: `<${id}@${from.address.domain}>`,
      headers: own.map(([, template]) => template.render(filled.values)),
      text: filled.text,
      html: filled.html,
      encoded: { ...options.headers?.(target), ...target.unsubscribe?.headers },
    })
    const signed = keys.length === 0 ? raw : await signMessage(raw, keys, createdAt)
    return { from: from.address.text, to: address, raw: signed }
  }
  return {
    render: async (target) => compose(target, fill(target)),
    preview: async (target) => {
      const filled = fill(target)
      return {
        ...(await compose(target, filled)),
        subject: filled.subject,
        preheader: templates.preheader?.render(filled.values),
        text: text ? text.render(filled.values) : filled.text[0],
        html: html?.render(filled.values, filled.tracked?.createWriter()),
        attachments: frozen.attachments ?? [],
      }
    },
  }
}

function chooseSubject({ subject, subjects }: Templates, variant: string | undefined): Template {
  return variant === 'a' || variant === 'b' ? (subjects?.[variant] ?? subject) : subject
}

function planMessage(frozen: FrozenCampaign, { text, html, headers }: Templates, from: NamedAddress): MessagePlan {
  const { sender, replyTo, attachments = [], digest } = frozen
  const textPlan = text ? planTemplate(text) : html ? planBody([undefined]) : undefined
  return new MessagePlan({
    from: toMailbox(from),
    ...(sender === undefined ? {} : { sender: toMailbox(readMailbox(sender)) }),
    ...(replyTo === undefined ? {} : { replyTo: toMailbox(readMailbox(replyTo)) }),
    headers: [
      ...usualHeaders(frozen, from),
      ...headers.map(([name, template]) => [name, isFixed(template) ? template.pieces.join('') : undefined] as const),
    ],
    ...(textPlan ? { text: textPlan } : {}),
    ...(html ? { html: planTemplate(html) } : {}),
    attachments,
    seed: digest,
  })
}

function planTemplate(template: Template): BodyPlan {
  return planBody(template.pieces)
}

function isFixed({ pieces }: Template): boolean {
  return !pieces.includes(undefined)
}

/**
 * What says that this is bulk, so that answering machines keep quiet (RFC 3834 3.1.8), and what it belongs to.
 * Auto-Submitted is left out: it marks what a machine wrote of its own accord (RFC 3834 5), and a person
 * started the campaign. The sender may set any of them.
 */
function usualHeaders(frozen: FrozenCampaign, from: NamedAddress): (readonly [string, string])[] {
  const own = Object.keys(frozen.headers).map((name) => name.toLowerCase())
  const { listId, feedbackId, name } = frozen
  const usual: (readonly [string, string])[] = [
    ['Precedence', 'bulk'],
    ...(listId === undefined ? [] : [['List-Id', listId] as const]),
    // Four fields with colons between, the last of which is the sender's own and never changes.
    ...(feedbackId === undefined ? [] : [['Feedback-ID', `${name}:${from.address.domain}:campaign:${feedbackId}`] as const]),
  ]
  return usual.filter(([name]) => !own.includes(name.toLowerCase()))
}

function nameRecipient({ toName }: FrozenCampaign, columns: Readonly<Record<string, string>>): { readonly name?: string } {
  const name = toName !== undefined && Object.hasOwn(columns, toName) ? columns[toName] : undefined
  return name === undefined ? {} : { name }
}

function readMailbox(text: string): NamedAddress {
  const mailbox = parseMailbox(text)
  if (mailbox.kind === 'mailbox') return mailbox
  throw new SealpostError('SP_ADDRESS_INVALID', { what: `The sender or the address for answers is malformed: ${mailbox.why}` })
}

function toMailbox({ name, address }: NamedAddress): Mailbox {
  return { name, address: address.text }
}
