import { createHash } from 'node:crypto'
import { type Attachment, writeAttachment } from './attachment.ts'
import type { BodyPlan } from './bodyPlan.ts'
import { checkMessage } from './check.ts'
import { checkHeaderName, invalid, writeDate, writeField, writeMailbox, writeMessageId, writeText } from './field.ts'
import type { Mailbox } from './header.ts'

/** What is the same in all messages of a campaign. */
export interface FixedParts {
  readonly from: Mailbox
  readonly sender?: Mailbox
  readonly replyTo?: Mailbox
  /** Further headers in their order; undefined for a value that each message has of its own. */
  readonly headers: readonly (readonly [name: string, value: string | undefined])[]
  readonly text?: BodyPlan
  readonly html?: BodyPlan
  readonly attachments: readonly Attachment[]
  /** What the boundaries are made from. No encoded content can hold one, whatever it is made from: "=_" is no
   * quoted-printable and no base64 (RFC 2045 6.7). */
  readonly seed: string
}

/** What a message has of its own. */
export interface OwnParts {
  readonly to: Mailbox
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly date: number
  /** With its angle brackets (RFC 5322 3.6.4). */
  readonly messageId: string
  /** A value for each header that has none in the plan. */
  readonly headers: readonly string[]
  /** Headers that are encoded and folded already. */
  readonly encoded?: Readonly<Record<string, string>>
  /** A value for each place of the parts. */
  readonly text: readonly string[]
  readonly html: readonly string[]
}

/**
 * Makes the messages of a campaign: what they share is written and encoded once, so that each costs what is its own.
 * The result is RFC 5322 and MIME with CRLF, lines within 998 octets, and nothing beyond ASCII but an address that
 * itself is (RFC 6531), so that no peer needs 8BITMIME. The same parts always give the same bytes.
 */
export class MessagePlan {
  readonly #sender: string
  readonly #replyTo: string
  readonly #headers: readonly (string | { readonly name: string })[]
  readonly #body: readonly (string | { readonly part: 'text' | 'html'; readonly plan: BodyPlan })[]
  readonly #several: boolean
  readonly #attached: Buffer
  #date = { at: Number.NaN, text: '' }

  /** @throws SealpostError SP_MESSAGE_INVALID, SP_ADDRESS_INVALID */
  constructor(fixed: FixedParts) {
    this.#sender = writeMailbox('From', fixed.from) + (fixed.sender ? writeMailbox('Sender', fixed.sender) : '')
    this.#replyTo = fixed.replyTo ? writeMailbox('Reply-To', fixed.replyTo) : ''
    this.#headers = fixed.headers.map(([name, value]) => {
      checkHeaderName(name)
      return value === undefined ? { name: spellName(name) } : writeText(spellName(name), value)
    })
    const { parts, ending } = planStructure(fixed)
    this.#body = ['MIME-Version: 1.0\r\n', ...parts]
    this.#several = ending !== ''
    this.#attached = Buffer.from(ending, 'latin1')
    checkMessage(this.#attached)
  }

  /** @throws SealpostError SP_MESSAGE_INVALID, SP_ADDRESS_INVALID */
  compose(own: OwnParts): Buffer {
    const head = Buffer.from(this.#writeHead(own))
    // The rest is made of encoded octets and of what was looked at before: this is where a list could put anything.
    checkMessage(head)
    let body = ''
    for (const piece of this.#body) {
      if (typeof piece === 'string') body += piece
      else {
        const text = piece.plan.write(own[piece.part])
        // RFC 2046 5.1.1: the CRLF before a boundary is the boundary's, so that a part keeps its own last line end.
        body += this.#several || !text.endsWith('\r\n') ? `${text}\r\n` : text
      }
    }
    return Buffer.concat([head, Buffer.from(body, 'latin1'), this.#attached])
  }

  #writeHead(own: OwnParts): string {
    let place = 0
    if (own.date !== this.#date.at) this.#date = { at: own.date, text: writeDate(own.date) }
    let head = this.#sender + writeMailbox('To', own.to) + this.#replyTo + writeText('Subject', own.subject)
    head += writeMessageId(own.messageId) + this.#date.text
    for (const header of this.#headers)
      head += typeof header === 'string' ? header : writeText(header.name, own.headers[place++] ?? '')
    for (const [name, value] of Object.entries(own.encoded ?? {})) head += writeEncoded(name, value)
    return head
  }
}

/** As nodemailer spells it: each word with a capital. */
function spellName(name: string): string {
  return writeField(name, 'x').split(':')[0] ?? name
}

function writeEncoded(name: string, value: string): string {
  checkHeaderName(name)
  // RFC 5322 2.2.3: a line break in it is followed by a space or tab, and by something that is none.
  if (/^[!-~](?:[\t -~]|\r\n[ \t]+(?=[!-~]))*$/.test(value)) return `${name}: ${value}\r\n`
  throw invalid(`The value of ${name} is not encoded`)
}

interface Structure {
  /** From the Content-Type of the message on. */
  readonly parts: readonly (string | { readonly part: 'text' | 'html'; readonly plan: BodyPlan })[]
  readonly ending: string
}

/**
 * RFC 2046 5.1.3, RFC 2387 and 5.1.4: what is attached stands beside the message, what the HTML shows beside the HTML,
 * and the plainest form first.
 */
function planStructure({ text, html, attachments, seed }: FixedParts): Structure {
  if (!text && !html) throw invalid('The message has neither a text nor an HTML part')
  const shown = html ? attachments.filter(({ cid }) => cid !== undefined) : []
  const attached = attachments.filter((one) => !shown.includes(one))
  const mixed = attached.length > 0 ? nameBoundary(seed, 'mixed') : undefined
  const alternative = text && html ? nameBoundary(seed, 'alternative') : undefined
  const related = shown.length > 0 ? nameBoundary(seed, 'related') : undefined
  const parts: Structure['parts'][number][] = []
  let fixed = ''
  const open = (type: string, boundary: string): void => {
    fixed += `Content-Type: multipart/${type};\r\n boundary="${boundary}"\r\n\r\n--${boundary}\r\n`
  }
  const put = (part: 'text' | 'html', plan: BodyPlan): void => {
    const type = part === 'text' ? 'text/plain' : 'text/html'
    parts.push(`${fixed}Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${plan.encoding}\r\n\r\n`)
    parts.push({ part, plan })
    fixed = ''
  }
  if (mixed !== undefined) open('mixed', mixed)
  if (alternative !== undefined) open('alternative', alternative)
  if (text) put('text', text)
  if (html) {
    if (alternative !== undefined) fixed += `--${alternative}\r\n`
    if (related !== undefined) open('related; type="text/html"', related)
    put('html', html)
    for (const image of shown) fixed += `--${related}\r\n${writeAttachment(image)}`
    if (related !== undefined) fixed += `--${related}--\r\n`
  }
  if (alternative !== undefined) fixed += `--${alternative}--\r\n`
  for (const file of attached) fixed += `--${mixed}\r\n${writeAttachment(file)}`
  if (mixed !== undefined) fixed += `--${mixed}--\r\n`
  return { parts, ending: fixed }
}

function nameBoundary(seed: string, kind: string): string {
  const hash = createHash('sha256').update(`${kind}\0${seed}`)
  return `=_${hash.digest('hex').slice(0, 32)}`
}
